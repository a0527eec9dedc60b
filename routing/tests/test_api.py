"""A structure's own system: its referrals, through the pages' verbs, under its own token only."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from appeals.actions import attach
from people.models import AuditEntry, Structure
from routing import actions
from routing.models import Referral, ReferralKind

pytestmark = pytest.mark.django_db
LIST = "/api/v1/referrals/"


def key() -> dict[str, str]:
    return {"HTTP_IDEMPOTENCY_KEY": str(uuid.uuid4())}


@pytest.fixture
def send(cast, make_appeal):
    def sent(structure: Structure | None = None, **more: object) -> Referral:
        return actions.refer(
            make_appeal().pk, by=cast.aysel, structure=structure or cast.unit,
            client_id=uuid.uuid4(), **more,
        )  # fmt: skip

    return sent


@pytest.fixture
def unit(program, cast):
    """The structure's system, acting as its head."""
    return program(cast.unit_head, structure=cast.unit)


def step(client, referral: Referral, name: str, **sent: object):
    address = f"{LIST}{referral.pk}/{name}/"
    return client.post(address, sent, format="json", **key())


def test_a_structures_system_sees_its_own_referrals_and_only_what_was_shared(
    unit, cast, send, program
):
    mine = send(question="Niyə?", shares_text=False, shares_files=False)
    send(cast.other)
    attach(mine.appeal_id, by=cast.aysel, upload=SimpleUploadedFile("a.txt", b"Gizli deyil, amma"))
    listed = unit.get(LIST).json()
    assert [row["id"] for row in listed["results"]] == [mine.pk] and listed["next"] is None
    told = unit.get(f"{LIST}{mine.pk}/").json()
    assert (told["question"], told["text"], told["files"]) == ("Niyə?", None, [])
    assert told["steps"] == ["seen", "accept", "return"]
    text = unit.get(f"{LIST}{mine.pk}/").content.decode()
    assert mine.appeal.text not in text and "501112233" not in text
    # A program that reads is no look; the sector is told when somebody says so.
    mine.refresh_from_db()
    assert mine.seen_at is None
    assert step(unit, mine, "seen").status_code == 200
    mine.refresh_from_db()
    assert mine.seen_at is not None


@pytest.mark.parametrize("who", ["other structure", "unbound", "operator", "without the scope"])
def test_nobody_else_finds_anything_here(who, cast, send, program):
    mine = send()
    client = {
        "other structure": lambda: program(cast.other_user, structure=cast.other),
        "unbound": lambda: program(cast.unit_head),
        "operator": lambda: program(cast.aysel),
        "without the scope": lambda: program(
            cast.unit_head, "appeals.read", structure=cast.unit
        ),
    }[who]()  # fmt: skip
    status = 403 if who == "without the scope" else 404
    assert client.get(f"{LIST}{mine.pk}/").status_code == status
    for name in ("seen", "accept", "assign", "return", "extension", "draft", "answer", "files"):
        assert step(client, mine, name).status_code in (status, 415), name
    mine.refresh_from_db()
    assert (mine.status, mine.seen_at) == ("sent", None)


def test_the_way_from_acceptance_to_the_answer_with_its_file(unit, cast, send):
    mine = send()
    people = unit.get(f"{LIST}executors/").json()["results"]
    assert {row["id"] for row in people} == {cast.unit_user.pk, cast.unit_head.pk}
    told = step(unit, mine, "accept", executor=cast.unit_user.pk, version=mine.version).json()
    assert (told["status"], told["executor"]["id"]) == ("accepted", cast.unit_user.pk)
    asked = step(unit, mine, "extension", days=3, reason="Sənəd gözlənilir").json()
    assert "extension" not in asked["steps"]
    assert unit.get(f"{LIST}{mine.pk}/").json()["extension_asked"] == 3
    upload = SimpleUploadedFile("cavab.txt", b"Cavabin metni budur.", "text/plain")
    file = unit.post(f"{LIST}{mine.pk}/files/", {"file": upload}, format="multipart", **key())
    assert file.status_code == 201, file.content
    answered = step(unit, mine, "answer", text="Hazırdır.")
    assert answered.json()["status"] == "answered" and answered.json()["steps"] == []
    told = unit.get(f"{LIST}{mine.pk}/").json()
    assert told["answer"] == "Hazırdır." and told["approved_by"]["id"] == cast.unit_head.pk
    [kept] = told["answer_files"]
    bytes_ = b"".join(unit.get(kept["url"]).streaming_content)
    assert bytes_ == b"Cavabin metni budur."
    assert AuditEntry.objects.filter(kind="download.attachment", actor=cast.unit_head).exists()
    assert [row["id"] for row in unit.get(f"{LIST}?list=answered").json()["results"]] == [mine.pk]
    mine.refresh_from_db()
    assert mine.appeal.answer_text == "Hazırdır."


def test_an_executors_token_drafts_and_does_not_answer(cast, send, program):
    client = program(cast.unit_user, structure=cast.unit)
    mine = send()
    step(client, mine, "accept")
    assert "answer" not in client.get(f"{LIST}{mine.pk}/").json()["steps"]
    assert step(client, mine, "answer", text="Cavab").status_code == 404
    assert step(client, mine, "draft", text="Cavab").json()["status"] == "to_approve"
    opinion = send(kind=ReferralKind.CONSULTATION)
    assert step(client, opinion, "answer", text="Rəy").json()["status"] == "answered"


def test_a_return_names_whose_it_is_and_not_one_that_ended(unit, cast, send):
    mine = send()
    nameless = step(unit, mine, "return", ground="not_ours", reason="Bizim deyil")
    assert (nameless.status_code, nameless.json()["code"]) == (409, "belongs_to_required")
    gone = Structure.objects.create(
        code="gone", name_az="Köhnə", path="/gone/", category="inside",
        valid_from="2020-01-01", valid_to="2021-01-01", successor=cast.other,
    )  # fmt: skip
    ended = step(unit, mine, "return", ground="not_ours", belongs_to=gone.code, reason="x").json()
    assert ended["errors"][0]["code"] == "structure_ended"
    assert cast.other.name in ended["errors"][0]["detail"]
    done = step(unit, mine, "return", belongs_to="kobia", reason="Bizim deyil").json()
    assert (done["status"], done["steps"]) == ("returned", [])


def test_a_repeat_is_done_once_and_a_late_one_is_told_who_was_first(unit, cast, send, program):
    mine = send()
    once = {"HTTP_IDEMPOTENCY_KEY": "k1"}
    first = unit.post(f"{LIST}{mine.pk}/accept/", {}, format="json", **once)
    again = unit.post(f"{LIST}{mine.pk}/accept/", {}, format="json", **once)
    assert again.json() == first.json() and again["Idempotent-Replayed"] == "true"
    late = step(program(cast.unit_user, structure=cast.unit), mine, "accept")
    assert (late.status_code, late.json()["code"]) == (409, "already_done")
    assert late["Content-Type"] == "application/problem+json"
    assert cast.unit_head.name in late.json()["detail"]
    stale = step(unit, mine, "answer", text="Cavab", version=1)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_form")
    assert mine.appeal.entries.filter(kind="referral.accept").count() == 1


def test_what_cannot_be_is_refused_and_nothing_is_lost(unit, cast, send):
    mine = send()
    step(unit, mine, "accept")
    empty = step(unit, mine, "answer", text=" ")
    assert (empty.status_code, empty.json()["errors"][0]["field"]) == (400, "text")
    stranger = step(unit, mine, "assign", executor=cast.other_user.pk)
    assert stranger.json()["errors"][0]["field"] == "executor"
    left = cast.unit_user
    left.is_active = False
    left.save()
    gone = step(unit, mine, "assign", executor=left.pk)
    assert (gone.status_code, gone.json()["code"]) == (409, "not_of_the_structure")
    assert left.name in gone.json()["detail"]
    actions.withdraw(mine.pk, by=cast.aysel, reason="Səhv")
    withdrawn = step(unit, mine, "answer", text="Cavab")
    assert (withdrawn.status_code, withdrawn.json()["code"]) == (409, "not_possible")
    told = unit.get(f"{LIST}{mine.pk}/").json()
    assert (told["text"], told["files"], told["steps"]) == (None, [], [])


def test_pages_follow_one_another_without_loss(unit, send):
    sent = [send() for _turn in range(5)]
    seen, address = [], f"{LIST}?limit=2"
    while address:
        page = unit.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert sorted(seen) == sorted(row.pk for row in sent)
    assert (
        unit.get(f"{LIST}?number={sent[0].appeal.number}").json()["results"][0]["id"] == sent[0].pk
    )
    assert unit.get(f"{LIST}?list=nothing").status_code == 400
    assert unit.get(f"{LIST}?cursor=x").status_code == 400


def test_a_person_complained_about_does_not_find_the_complaint(cast, make_appeal, program):
    appeal = make_appeal()
    made = actions.refer(appeal.pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4())
    type(appeal).objects.filter(pk=appeal.pk).update(complained_user=cast.unit_user)
    client = program(cast.unit_user, structure=cast.unit)
    assert client.get(LIST).json()["results"] == []
    assert step(client, made, "accept").status_code == 404

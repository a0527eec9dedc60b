"""The API of appeals: the pages' verbs, filters and rights, for other programs."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appeals import actions
from appeals.actions import save_applicant
from appeals.api.steps import STEPS
from appeals.forms import STEP_FORMS
from appeals.kinds import Kind
from appeals.lifecycle import Status
from appeals.models import Appeal, Applicant, Entry, Outcome
from people.api.scopes import known_scopes
from people.models import ApiAnswer, AuditEntry

pytestmark = pytest.mark.django_db
APPEALS = "/api/v1/appeals/"
FULL_PHONE = "+994501112233"


def key(name: str = "") -> dict[str, str]:
    return {"Idempotency-Key": name or uuid.uuid4().hex}


def do(client: Any, appeal: Appeal, step: str, name: str = "", **sent: object) -> Any:
    return client.post(f"{APPEALS}{appeal.pk}/{step}/", sent, headers=key(name))


NEW = {
    "kind": "application",
    "topic": "tax-voen",
    "text": "Kassa aparatı işləmir",
    "caller_phone": "050 111 22 33",
    "new_applicant": {"surname": "Əliyev", "given_name": "Vüsal", "fin": "5ABC123"},
}


# --- Registering --------------------------------------------------------------


def test_an_appeal_is_registered_once_for_one_key(program, cast):
    client = program(cast.aysel)
    first = client.post(APPEALS, NEW, headers=key("one"))
    again = client.post(APPEALS, NEW, headers=key("one"))
    assert first.status_code == 201, first.json()
    assert again.json() == first.json()
    appeal = Appeal.objects.get()
    assert first.json()["number"] == appeal.number
    assert first["Location"].endswith(f"/api/v1/appeals/{appeal.pk}/")
    assert appeal.registered_by == cast.aysel
    assert Applicant.objects.count() == 1


def test_the_same_key_makes_the_same_appeal_even_when_its_answer_was_swept(program, cast):
    client = program(cast.aysel)
    first = client.post(APPEALS, NEW, headers=key("one"))
    ApiAnswer.objects.all().delete()
    assert client.post(APPEALS, NEW, headers=key("one")).json()["id"] == first.json()["id"]
    assert (Appeal.objects.count(), Applicant.objects.count()) == (1, 1)


def test_registering_without_a_key_is_refused(program, cast):
    assert program(cast.aysel).post(APPEALS, NEW).status_code == 400
    assert not Appeal.objects.exists()


def test_the_code_of_the_public_page_is_told_at_registration_only(program, cast):
    client = program(cast.aysel)
    made = client.post(APPEALS, NEW, headers=key()).json()
    appeal = Appeal.objects.get()
    assert made["state_code"] == appeal.state_code
    assert appeal.state_code not in client.get(f"{APPEALS}{appeal.pk}/").text


def test_a_refused_appeal_leaves_no_applicant_behind(program, cast):
    wrong = {**NEW, "complained_structure": "dvx"}
    answer = program(cast.aysel).post(APPEALS, wrong, headers=key())
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["field"] == "complained_structure"
    assert not Applicant.objects.exists()
    assert not Appeal.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"topic": "no-such"}, "topic"),
        ({"topic": 7}, "topic"),
        ({"text": " "}, "text"),
        ({"kind": "demand"}, "kind"),
        ({"applicant": 2**70}, "applicant"),
        ({"applicant": 999_999}, "applicant"),
        ({"topic_answers": {"a b": 1}}, "topic_answers"),
        ({"topic_answers": {"a": {"b": 1}}}, "topic_answers"),
        ({"people": [{"name": "x" * 201}]}, "people"),
    ],
)
def test_what_is_wrong_is_named(program, cast, change, field):
    sent = {**NEW, **change}
    if "applicant" in change:
        sent.pop("new_applicant")
    answer = program(cast.aysel).post(APPEALS, sent, headers=key())
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert not Appeal.objects.exists()


@pytest.mark.parametrize("field", ["kind", "topic", "text", "new_applicant", "topic_answers"])
@pytest.mark.parametrize("sign", ["\\ud800", "\\u0000", "x\\udfff"])
def test_half_a_letter_is_refused_wherever_it_stands(program, cast, field, sign):
    sent = json.dumps({**NEW, field: "HERE"}).replace("HERE", sign)
    answer = program(cast.aysel).post(APPEALS, sent, content_type="application/json", headers=key())
    assert answer.status_code == 400


@pytest.mark.parametrize("who", ["manager", "auditor", "unit_head", "admin"])
def test_only_the_sector_registers(program, cast, who):
    answer = program(getattr(cast, who)).post(APPEALS, NEW, headers=key())
    assert answer.status_code == 404
    assert not Appeal.objects.exists()


# --- Reading ------------------------------------------------------------------


def test_numbers_are_masked_until_revealed_and_the_look_is_written_down(program, cast, make_appeal):
    applicant = save_applicant(
        by=cast.aysel, values={"surname": "Əliyev", "fin": "5ABC123"}, phones=[FULL_PHONE]
    )
    appeal = make_appeal(applicant=applicant)
    client = program(cast.aysel)
    for address in (APPEALS, f"{APPEALS}{appeal.pk}/", f"/api/v1/applicants/{applicant.pk}/"):
        told = client.get(address).text
        assert FULL_PHONE not in told
        assert "5ABC123" not in told
    assert not AuditEntry.objects.filter(kind="look.applicant").exists()
    told = client.post(f"{APPEALS}{appeal.pk}/reveal/").text
    assert FULL_PHONE in told
    assert "5ABC123" in told
    assert "5ABC123" in client.post(f"/api/v1/applicants/{applicant.pk}/reveal/").text
    assert AuditEntry.objects.filter(kind="look.applicant", actor=cast.aysel).count() == 2


def test_revealing_needs_its_own_scope_and_leaves_nothing_kept(program, cast, make_appeal):
    appeal = make_appeal()
    scopes = set(known_scopes()) - {"personal.read"}
    assert program(cast.aysel, *scopes).post(f"{APPEALS}{appeal.pk}/reveal/").status_code == 403
    assert program(cast.auditor).post(f"{APPEALS}{appeal.pk}/reveal/").status_code == 404
    program(cast.aysel).post(f"{APPEALS}{appeal.pk}/reveal/", headers=key())
    assert not ApiAnswer.objects.exists()


def test_what_one_does_not_see_does_not_exist(program, cast, make_appeal):
    hidden = make_appeal(by=cast.operator, kind=Kind.COMPLAINT, is_restricted=True)
    for who in (cast.aysel, cast.manager, cast.unit_head, cast.admin):
        client = program(who)
        for address in ("", "journal/"):
            assert client.get(f"{APPEALS}{hidden.pk}/{address}").status_code == 404
        assert hidden.number not in client.get(APPEALS).text
        assert hidden.number not in client.get(f"{APPEALS}?q={hidden.number}").text
        assert client.get(f"{APPEALS}?number={hidden.number}").json().get("results", []) == []
        for step in STEPS:
            assert do(client, hidden, str(step)).status_code == 404
    assert program(cast.head).get(f"{APPEALS}{hidden.pk}/").status_code == 200


def test_a_structure_reaches_no_appeal_and_no_applicant(program, cast, make_appeal):
    appeal = make_appeal()
    for client in (program(cast.unit_head), program(cast.unit_head, structure=cast.unit)):
        assert client.get(APPEALS).status_code == 404
        assert client.get(f"{APPEALS}{appeal.pk}/").status_code == 404
        assert client.post("/api/v1/applicants/find/", {"q": FULL_PHONE}).status_code == 404


def test_management_reads_appeals_without_people_and_inner_notes(program, cast, make_appeal):
    applicant = save_applicant(by=cast.aysel, values={"surname": "Əliyev"}, phones=[FULL_PHONE])
    appeal = make_appeal(applicant=applicant)
    actions.note(appeal.pk, by=cast.aysel, text="Daxili qeyd")
    client = program(cast.manager)
    told = client.get(APPEALS).text + client.get(f"{APPEALS}{appeal.pk}/").text
    assert "Əliyev" not in told
    journal = client.get(f"{APPEALS}{appeal.pk}/journal/").json()["results"]
    assert [line["kind"] for line in journal] == ["register"]
    inside = program(cast.auditor).get(f"{APPEALS}{appeal.pk}/journal/").json()["results"]
    assert [line["note"] for line in inside] == ["Daxili qeyd", ""]


def test_lists_filters_and_search_are_those_of_the_pages(program, cast, make_appeal):
    mine = make_appeal(text="Kassa aparatı sınıb")
    other = make_appeal(by=cast.operator, kind=Kind.QUESTION, text="Gömrük rüsumu")
    client = program(cast.aysel)

    def numbers(query: str) -> set[str]:
        return {row["number"] for row in client.get(f"{APPEALS}?{query}").json()["results"]}

    assert numbers("") == {mine.number, other.number}
    assert numbers("list=mine") == {mine.number}
    assert numbers("kind=question") == {other.number}
    assert numbers("q=aparat") == {mine.number}
    assert numbers(f"number={other.number}") == {other.number}
    assert client.get(f"{APPEALS}?list=everything").status_code == 400
    assert client.get(f"{APPEALS}?kind=demand").status_code == 400
    assert client.get(f"{APPEALS}?topic=%00").status_code == 400
    assert client.get(f"{APPEALS}?q=%00%F0%28").status_code == 200


def test_a_page_of_the_list_costs_the_same_for_few_and_many(program, cast, make_appeal):
    client = program(cast.aysel)

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(APPEALS).status_code == 200
        return len(asked)

    make_appeal()
    client.get(APPEALS)
    few = cost()
    for _ in range(5):
        make_appeal()
    assert cost() == few


def test_applicants_are_found_by_telephone_without_an_address_that_names_them(program, cast):
    applicant = save_applicant(by=cast.aysel, values={"surname": "Əliyev"}, phones=[FULL_PHONE])
    found = program(cast.aysel).post("/api/v1/applicants/find/", {"q": "050 111 22 33"})
    assert [row["id"] for row in found.json()] == [applicant.pk]
    assert program(cast.aysel).get("/api/v1/applicants/find/").status_code == 405


# --- Steps --------------------------------------------------------------------


def test_every_step_with_a_form_on_the_page_has_a_call():
    assert list(STEPS) == list(STEP_FORMS)


def test_steps_go_through_the_pages_verbs(program, cast, make_appeal):
    appeal = make_appeal()
    client = program(cast.aysel)
    taken = do(client, appeal, "take")
    assert taken.json()["status"] == Status.CONSIDERED
    assert "answer" in taken.json()["steps"]
    assert do(client, appeal, "note", text="Zəng edilib").status_code == 200
    closed = do(client, appeal, "close", outcome="explained", text="Belədir.")
    assert closed.json()["status"] == Status.CLOSED
    appeal.refresh_from_db()
    assert appeal.outcome == Outcome.objects.get(code="explained")
    assert [entry.actor for entry in Entry.objects.filter(appeal=appeal)] == [cast.aysel] * 4


def test_what_is_not_possible_now_is_a_conflict_in_the_callers_language(program, cast, make_appeal):
    appeal = make_appeal()
    client = program(cast.aysel)
    answer = client.post(
        f"{APPEALS}{appeal.pk}/reopen/",
        {"note": "Yeni fakt"},
        headers={**key(), "Accept-Language": "en"},
    )
    assert answer.status_code == 409
    assert answer.json()["code"] == "not_possible"
    assert "Reopen" in answer.json()["detail"]
    assert do(client, appeal, "reopen").status_code == 400, "the reason is missing"


def test_a_step_repeated_with_its_key_is_done_once(program, cast, make_appeal):
    appeal = make_appeal()
    client = program(cast.aysel)
    first = do(client, appeal, "note", "one", text="Qeyd")
    assert do(client, appeal, "note", "one", text="Qeyd").json() == first.json()
    assert appeal.notes.count() == 1


def test_a_colleagues_save_in_between_is_noticed(program, cast, make_appeal):
    appeal = make_appeal()
    client = program(cast.aysel)
    do(client, appeal, "take")
    late = do(client, appeal, "answer", text="Cavab", version=appeal.version)
    assert late.status_code == 409
    assert late.json()["code"] == "stale_form"


def test_a_correction_changes_only_what_was_sent(program, cast, make_appeal):
    appeal = make_appeal(kind=Kind.COMPLAINT, complained_official="Rəis", is_restricted=True)
    answer = do(program(cast.aysel), appeal, "correct", text="Düzəldilmiş mətn")
    assert answer.status_code == 200, answer.json()
    fresh = Appeal.objects.get(pk=appeal.pk)
    assert fresh.text == "Düzəldilmiş mətn"
    assert (fresh.kind, fresh.complained_official, fresh.is_restricted) == (
        Kind.COMPLAINT, "Rəis", True,
    )  # fmt: skip
    last = Entry.objects.filter(appeal=appeal).latest("sequence")
    assert set(last.changes) == {"text"}


def test_reading_scopes_take_no_step(program, cast, make_appeal):
    appeal = make_appeal()
    assert do(program(cast.aysel, "appeals.read"), appeal, "take").status_code == 403
    assert Appeal.objects.get(pk=appeal.pk).status == Status.REGISTERED


# --- Files --------------------------------------------------------------------


def upload(client: Any, appeal: Appeal, name: str = "", content: bytes = b"Salam") -> Any:
    return client.post(
        f"{APPEALS}{appeal.pk}/files/",
        {"file": SimpleUploadedFile("sened.txt", content), "origin": "sector"},
        format="multipart", headers=key(name),
    )  # fmt: skip


def test_a_file_is_added_once_and_handed_out_with_a_trace(program, cast, make_appeal):
    appeal = make_appeal()
    client = program(cast.aysel)
    made = upload(client, appeal, "one")
    assert made.status_code == 201, made.json()
    assert upload(client, appeal, "one").json() == made.json()
    assert upload(client, appeal, "one", b"Another").status_code == 422
    assert appeal.attachments.count() == 1
    got = client.get(made.json()["url"])
    assert b"".join(got.streaming_content) == b"Salam"
    assert got["X-Content-Type-Options"] == "nosniff"
    assert AuditEntry.objects.filter(kind="download.attachment").count() == 1


def test_a_file_of_another_appeal_is_not_there(program, cast, make_appeal):
    appeal, other = make_appeal(), make_appeal(by=cast.operator, is_restricted=True)
    file = actions.attach(other.pk, by=cast.operator, upload=SimpleUploadedFile("a.txt", b"Salam"))
    for pk in (appeal.pk, other.pk):
        address = f"{APPEALS}{pk}/files/{file.client_id}/"
        assert program(cast.aysel).get(address).status_code == 404
    assert upload(program(cast.aysel), other).status_code == 404


def test_a_file_that_is_no_file_is_refused(program, cast, make_appeal):
    appeal = make_appeal()
    client = program(cast.aysel)
    assert upload(client, appeal, content=b"MZ\x90\x00\x03").status_code == 409
    answer = client.post(f"{APPEALS}{appeal.pk}/files/", {"file": "x"}, headers=key())
    assert answer.status_code == 415
    assert not appeal.attachments.exists()


# --- Dictionaries -------------------------------------------------------------


@pytest.mark.parametrize("name", ["topics", "regions", "structures", "outcomes", "grounds"])
def test_a_dictionary_is_read_page_by_page_in_the_callers_language(program, cast, name):
    client = program(cast.aysel)
    page = client.get(f"/api/v1/{name}/?limit=3", headers={"Accept-Language": "en"}).json()
    row = page["results"][0]
    assert row["code"]
    assert row["name"] != client.get(f"/api/v1/{name}/?limit=1").json()["results"][0]["name"]
    assert page["next"]

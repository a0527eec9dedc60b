"""What goes wrong on the way of a referral is said clearly, and nothing that was written is lost."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from appeals.models import Appeal, Attachment
from appeals.tests.world import at_once
from callcenter.errors import RuleBroken
from people.models import AuditEntry, User
from routing import actions
from routing.actions.drafts import draft_of
from routing.models import Referral

pytestmark = pytest.mark.django_db
TEXT = "Yarım saat yazılmış cavab"


@pytest.fixture
def made(cast, make_appeal) -> Referral:
    """Accepted by the structure's person."""
    sent = actions.refer(
        make_appeal().pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4()
    )
    return actions.accept(sent.pk, by=cast.unit_user)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def do(client: Client, referral: Referral, step: str, **typed: object):
    prefix = "answer" if step in ("draft", "answer", "approve") else step
    data = {f"{prefix}-{name}": value for name, value in typed.items()}
    version = {f"{prefix}-version": Referral.objects.get(pk=referral.pk).version}
    return client.post(reverse("referral-do", args=[referral.pk, step]), {**version, **data})


def withdrawn(cast, made: Referral) -> None:
    actions.withdraw(made.pk, by=cast.aysel, reason="Müraciətçi imtina edib")


def answered(cast, made: Referral) -> None:
    actions.approve(made.pk, by=cast.unit_head, text="Rəhbərin cavabı")


@pytest.mark.parametrize("meanwhile", [withdrawn, answered])
def test_an_answer_that_came_too_late_is_given_back_to_its_writer(meanwhile, cast, made):
    client = signed_in(cast.unit_user)
    meanwhile(cast, made)
    page = do(client, made, "draft", text=TEXT)
    assert page.status_code == 409
    shown = page.content.decode()
    assert TEXT in shown and 'role="alert"' in shown
    made.refresh_from_db()
    assert made.answer_text != TEXT


@pytest.mark.parametrize("empty", ["", "   ", "\n\t"])
def test_an_empty_answer_is_said_beside_its_field(empty, cast, made):
    page = do(signed_in(cast.unit_head), made, "approve", text=empty)
    assert page.status_code == 409
    assert page.context["editor"].errors["text"]
    made.refresh_from_db()
    assert made.status == "accepted"


def test_an_attachment_that_fails_half_way_leaves_the_text_and_no_file(cast, made, monkeypatch):
    client = signed_in(cast.unit_user)
    address = reverse("referral-draft", args=[made.pk])
    assert client.post(address, {"answer-text": TEXT, "seq": "1700000000000"}).status_code == 200

    def breaks(storage: FileSystemStorage, name: str, content: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", breaks)
    files = reverse("referral-files", args=[made.pk])
    upload = SimpleUploadedFile("cavab.txt", b"Cavabin metni budur.")
    told = client.post(files, {"file": upload}, headers={"X-Requested-With": "fetch"})
    assert (told.status_code, told.json()["code"]) == (503, "file_not_kept")
    assert not Attachment.objects.filter(referral_ref=made.pk).exists()
    assert TEXT in client.get(reverse("referral", args=[made.pk])).content.decode()
    # The store is back: the same file, and the answer goes out with it.
    monkeypatch.undo()
    upload = SimpleUploadedFile("cavab.txt", b"Cavabin metni budur.")
    assert client.post(files, {"file": upload}).status_code == 302
    assert do(client, made, "draft", text=TEXT).status_code == 302
    assert Attachment.objects.get(referral_ref=made.pk).name == "cavab.txt"


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("boş.txt", b"", "file_empty"),
        ("proqram.pdf", b"MZ\x90\x00\x03", "file_type"),
    ],
)
def test_a_file_that_cannot_be_taken_is_said_and_the_draft_stays(name, body, code, cast, made):
    client = signed_in(cast.unit_user)
    actions.keep_draft(made.pk, by=cast.unit_user, text=TEXT, typed_at=1_700_000_000_000)
    told = client.post(
        reverse("referral-files", args=[made.pk]),
        {"file": SimpleUploadedFile(name, body)},
        headers={"X-Requested-With": "fetch"},
    )
    assert told.status_code in (409, 413) and told.json()["code"] == code
    assert draft_of(made, cast.unit_user).values["text"] == TEXT


@pytest.mark.parametrize("step", ["accept", "assign"])
def test_who_is_complained_about_never_executes(step, cast, make_appeal):
    sent = actions.refer(
        make_appeal(complained_user=cast.unit_user).pk, by=cast.aysel, structure=cast.unit,
        client_id=uuid.uuid4(),
    )  # fmt: skip
    if step == "assign":
        actions.accept(sent.pk, by=cast.unit_head)
    client = signed_in(cast.unit_head)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    offered = client.get(reverse("referral", args=[sent.pk]) + f"?step={step}").content.decode()
    assert f'<option value="{cast.unit_user.pk}"' not in offered
    before = Referral.objects.get(pk=sent.pk).executor
    page = do(client, sent, step, executor=cast.unit_user.pk)
    assert page.status_code == 409
    assert "complained about here" in page.content.decode()
    for verb in (actions.accept, actions.assign):
        with pytest.raises(RuleBroken) as refused:
            verb(sent.pk, by=cast.unit_head, executor=cast.unit_user)
        assert refused.value.code == "complained_about"
    assert Referral.objects.get(pk=sent.pk).executor == before
    kept = AuditEntry.objects.filter(kind="refused.executor")
    assert kept.count() == 3 and kept[0].detail["user"] == cast.unit_user.pk
    # Nor by accepting oneself: to the accused there is no such referral.
    assert do(signed_in(cast.unit_user), sent, "accept").status_code == 404


def test_an_executor_who_left_or_is_accused_since_is_told_on_the_page(cast, made):
    client = signed_in(cast.unit_head)
    address = reverse("referral", args=[made.pk])
    assert client.get(address).context["executor_gone"] is False
    Appeal.objects.filter(pk=made.appeal_id).update(complained_user=cast.unit_user)
    assert client.get(address).context["executor_gone"] is True
    Appeal.objects.filter(pk=made.appeal_id).update(complained_user=None)
    cast.unit_user.is_active = False
    cast.unit_user.save()
    page = client.get(address)
    assert page.context["executor_gone"] is True and cast.unit_user.name in page.content.decode()


def posting(user: User, made: Referral, step: str, **typed: object) -> Callable[[], object]:
    client = signed_in(user)
    version = made.version
    prefix = "answer" if step in ("draft", "approve") else step
    data = {f"{prefix}-{name}": value for name, value in typed.items()}
    data[f"{prefix}-version"] = version
    return lambda: client.post(reverse("referral-do", args=[made.pk, step]), data)


def test_two_who_answer_in_the_same_second_one_wins_and_the_others_text_is_kept(
    committed, cast, made
):
    """On real threads: the second gets the page back with the name of the first and its own text."""
    made.refresh_from_db()
    texts = {cast.unit_user: "Birinci icraçının cavabı", cast.unit_head: "Rəhbərin öz cavabı"}
    told = at_once(
        [
            posting(cast.unit_user, made, "draft", text=texts[cast.unit_user]),
            posting(cast.unit_head, made, "approve", text=texts[cast.unit_head]),
        ]
    )
    statuses = sorted(answer.status_code for answer in told)
    assert statuses == [302, 409], [answer.content[:300] for answer in told]
    late = next(answer for answer in told if answer.status_code == 409)
    made.refresh_from_db()
    won = made.answer_text
    lost = next(text for text in texts.values() if text != won)
    assert won in texts.values() and lost in late.content.decode()
    winner = next(user for user, text in texts.items() if text == won)
    assert winner.name in str(late.context["refused"] or late.context["editor"].non_field_errors())


def test_two_who_accept_in_the_same_second_one_wins_and_the_other_is_told_who(
    committed, cast, make_appeal
):
    sent = actions.refer(
        make_appeal().pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4()
    )
    people = (cast.unit_user, cast.unit_head)
    told = at_once([posting(user, sent, "accept", executor="") for user in people])
    assert sorted(answer.status_code for answer in told) == [302, 409]
    sent.refresh_from_db()
    late = next(answer for answer in told if answer.status_code == 409)
    assert sent.executor in people and sent.executor.name in late.content.decode()
    assert sent.appeal.entries.filter(kind="referral.accept").count() == 1

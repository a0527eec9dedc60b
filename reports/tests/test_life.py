"""The life of a report: built → commented → signed → presented → archived; corrections."""

from __future__ import annotations

import datetime as dt
import hashlib
import smtplib
import threading
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from appeals.kinds import Kind
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.models import Alert, AuditEntry, Delegation, Role, User
from reports import actions
from reports.files import FORMATS, commented_document, file_of
from reports.lifecycle import ACTIONS, Action, Status
from reports.models import DeliveryState, ReportDelivery, ReportFile, ReportRun
from reports.periods import Period
from tests.cast import Cast

pytestmark = pytest.mark.django_db
OCTOBER = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
HOSTILE = (
    '#pagebreak() *qalın* <script>alert(1)</script> $x^2$ \\ "dırnaq" @ref #read("/etc/passwd")'
)


@pytest.fixture
def built(cast: Cast) -> ReportRun:
    return actions.build(actions.ask_report(OCTOBER, by=cast.head).pk)


@pytest.fixture
def signed(cast: Cast, built: ReportRun) -> ReportRun:
    actions.comment(built.pk, by=cast.head, commentary="Şərh", proposals="Təklif")
    return actions.sign(built.pk, by=cast.head)


def test_the_table_has_no_dead_end_and_no_unreachable_status() -> None:
    reached = {meta.to for meta in ACTIONS.values() if meta.to is not None}
    assert reached == set(Status)
    last = set(Status) - {s for meta in ACTIONS.values() for s in meta.starts if meta.to != s}
    assert last <= {Status.ARCHIVED}


@pytest.mark.parametrize("action", [Action.COMMENT, Action.SIGN, Action.PRESENT, Action.ARCHIVE])
def test_every_step_is_possible_exactly_where_the_table_says(
    cast: Cast, built: ReportRun, action: Action
) -> None:
    for state in Status:
        with transaction.atomic():
            _is_possible_as_the_table_says(cast, built, action, state)
            transaction.set_rollback(True)


def _is_possible_as_the_table_says(
    cast: Cast, built: ReportRun, action: Action, state: Status
) -> None:
    ReportRun.objects.filter(pk=built.pk).update(state=state)
    steps: dict[Action, Any] = {
        Action.COMMENT: lambda by: actions.comment(built.pk, by=by, commentary="a", proposals=""),
        Action.SIGN: lambda by: actions.sign(built.pk, by=by),
        Action.PRESENT: lambda by: actions.present(built.pk, by=by, recipients=[cast.manager]),
        Action.ARCHIVE: lambda by: actions.archive(built.pk, by=by),
    }
    for stranger in (cast.aysel, cast.manager, cast.auditor, cast.unit_head, cast.admin):
        with pytest.raises(NotAllowed):
            steps[action](stranger)
    if state in ACTIONS[action].starts:
        steps[action](cast.head)
        built.refresh_from_db()
        assert built.state == ACTIONS[action].to, state
    else:
        with pytest.raises(RuleBroken):
            steps[action](cast.head)
        built.refresh_from_db()
        assert built.state == state


def test_what_the_head_writes_is_text_in_every_format(cast: Cast, built: ReportRun) -> None:
    long = " ".join(["müraciətçi"] * 10_000)
    text = f"{HOSTILE}\nikinci sətir\n\n{long}"
    actions.comment(built.pk, by=cast.head, commentary=text, proposals="")
    built.refresh_from_db()
    document = commented_document(built)
    assert text in [getattr(block, "text", "") for block in document.blocks]
    from reports.tests.reading import docx_text, pdf_text

    shown = " ".join(pdf_text(bytes(file_of(built, "pdf").content)).split())
    assert "<script>alert(1)</script>" in shown and '#read("/etc/passwd")' in shown
    # A word may be cut at the end of a line; all ten thousand are there.
    assert shown.replace("- ", "").count("müraciətçi") >= 10_000
    word = docx_text(bytes(file_of(built, "docx").content))
    assert HOSTILE in word and word.count("müraciətçi") >= 10_000
    page = Client()
    page.force_login(cast.head)
    body = page.get(built.get_absolute_url()).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body and "<script>alert" not in body


def test_a_keeping_that_arrives_after_its_save_leaves_nothing_unsaved(cast, built):
    actions.comment(built.pk, by=cast.head, commentary="Şərh", proposals="Təklif")
    actions.keep_draft(built.pk, by=cast.head, commentary="Şərh", proposals="Təklif", seq=3)
    built.refresh_from_db()
    assert built.draft == {}
    actions.keep_draft(built.pk, by=cast.head, commentary="Şərh!", proposals="Təklif", seq=4)
    built.refresh_from_db()
    assert built.draft["commentary"] == "Şərh!"


def test_a_text_too_long_is_refused_and_nothing_is_lost(cast: Cast, built: ReportRun) -> None:
    actions.keep_draft(built.pk, by=cast.head, commentary="yarımçıq", proposals="", seq=1)
    with pytest.raises(RuleBroken) as refused:
        actions.comment(built.pk, by=cast.head, commentary="a" * 200_001, proposals="")
    assert refused.value.field == "commentary"
    built.refresh_from_db()
    assert built.draft["commentary"] == "yarımçıq" and built.state == Status.BUILT


def test_typing_is_kept_and_never_overwritten_by_an_older_key(cast: Cast, built: ReportRun) -> None:
    client = Client()
    client.force_login(cast.head)
    address = reverse("report-keep", args=[built.pk])
    assert client.post(address, {"commentary": "iki", "seq": "2"}).json()["saved_at"]
    client.post(address, {"commentary": "bir", "seq": "1"})
    built.refresh_from_db()
    assert built.draft["commentary"] == "iki"
    assert "iki" in client.get(reverse("report-comment", args=[built.pk])).content.decode()
    with pytest.raises(RuleBroken) as refused:  # typed and unsaved: not signed over
        actions.sign(built.pk, by=cast.head)
    assert refused.value.code == "draft_unsaved"
    other = User.objects.create(username="mudir2", role=Role.SECTOR_HEAD)
    with pytest.raises(StaleForm):
        actions.keep_draft(built.pk, by=other, commentary="mənim", proposals="", seq=9)
    actions.drop_draft(built.pk, by=cast.head)
    actions.sign(built.pk, by=cast.head)


def test_somebody_who_saved_first_is_not_written_over(cast: Cast, built: ReportRun) -> None:
    version = ReportRun.objects.get(pk=built.pk).version
    actions.comment(built.pk, by=cast.head, commentary="birinci", proposals="", version=version)
    client = Client()
    client.force_login(cast.head)
    data = {"commentary": "ikinci", "proposals": "", "version": version}
    answer = client.post(reverse("report-comment", args=[built.pk]), data)
    assert answer.status_code == 409
    assert "birinci" in answer.content.decode() and "ikinci" in answer.content.decode()
    with pytest.raises(StaleForm):
        actions.sign(built.pk, by=cast.head, version=version)


def test_a_signed_report_stays_the_same_to_the_byte(
    cast: Cast, signed: ReportRun, make_appeal: Any
) -> None:
    before = {one.format: bytes(one.content) for one in ReportFile.objects.filter(run=signed)}
    assert set(before) == set(FORMATS)
    digest, kept = signed.digest, signed.document
    for _n in range(3):
        make_appeal(kind=Kind.COMPLAINT)
    actions.build(signed.pk)
    signed.refresh_from_db()
    assert (signed.digest, signed.document) == (digest, kept)
    for name in FORMATS:
        one = file_of(signed, name)
        assert one.is_final and bytes(one.content) == before[name]
        assert hashlib.sha256(before[name]).hexdigest() == one.sha256
    told = AuditEntry.objects.get(kind="report.sign", object_ref=str(signed.pk))
    assert told.detail["digest"] == digest
    assert set(told.detail["files"]) == set(FORMATS)
    for change in (
        lambda: ReportFile.objects.filter(run=signed).update(content=b"x"),
        lambda: ReportFile.objects.filter(run=signed).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_an_acting_head_signs_for_the_head(cast: Cast, built: ReportRun) -> None:
    today = dt.date.today()
    Delegation.objects.create(
        principal=cast.head, delegate=cast.operator, valid_from=today, valid_to=today,
        order_number="12", order_on=today,
    )  # fmt: skip
    run = actions.sign(built.pk, by=cast.operator)
    assert (run.signed_by, run.signed_for) == (cast.operator, cast.head.name)
    document = commented_document(run)
    assert document.signed_by == cast.operator.name and cast.head.name in document.signed_as


def test_a_correction_is_a_new_version_that_names_the_old(cast: Cast, signed: ReportRun) -> None:
    with pytest.raises(RuleBroken) as refused:
        actions.correct(signed.pk, by=cast.head, reason=" ")
    assert refused.value.field == "note"
    new = actions.correct(signed.pk, by=cast.head, reason="İki müraciət sonradan qeydə alınıb")
    run = actions.build(new.pk)
    assert (run.edition, run.corrects_id, run.state) == (2, signed.pk, Status.BUILT)
    document = commented_document(run)
    assert document.version == 2 and f"№ {signed.pk}" in document.corrects
    assert "İki müraciət" in document.corrects
    assert run.draft["commentary"] == "Şərh"  # offered again, not lost
    with pytest.raises(AlreadyDone):
        actions.correct(signed.pk, by=cast.head, reason="bir də")
    signed.refresh_from_db()
    assert signed.state == Status.SIGNED


def test_presented_in_the_application_and_by_mail_with_a_read_receipt(
    cast: Cast, signed: ReportRun, django_capture_on_commit_callbacks: Any
) -> None:
    cast.manager.email = "rehber@example.az"
    cast.manager.save(update_fields=["email"])
    deaf = User.objects.create(username="unvansiz", role=Role.MANAGEMENT)
    client = Client()
    client.force_login(cast.manager)
    assert client.get(signed.get_absolute_url()).status_code == 404
    made = actions.present(signed.pk, by=cast.head, recipients=[cast.manager, deaf])
    states = {row.user_id: row.state for row in made}
    assert states == {cast.manager.pk: DeliveryState.OWED, deaf.pk: DeliveryState.NO_ADDRESS}
    assert Alert.objects.filter(kind="report.presented").count() == 2
    for pk in actions.due_deliveries():
        actions.deliver(pk)
        actions.deliver(pk)  # a repeat sends nothing
    assert len(mail.outbox) == 1
    sent = mail.outbox[0]
    kept = {one.format: bytes(one.content) for one in ReportFile.objects.filter(run=signed)}
    assert [bytes(content) for _name, content, _kind in sent.attachments] == [
        kept[name] for name in FORMATS
    ]
    row = ReportDelivery.objects.get(user=cast.manager)
    assert row.state == DeliveryState.SENT and row.read_at is None
    assert client.get(signed.get_absolute_url()).status_code == 200
    row.refresh_from_db()
    first = row.read_at
    assert first is not None
    client.get(signed.get_absolute_url())
    row.refresh_from_db()
    assert row.read_at == first
    assert AuditEntry.objects.filter(kind="report.read").count() == 1
    # The head's own look is no receipt, and the head sees who has not read.
    head = Client()
    head.force_login(cast.head)
    body = head.get(signed.get_absolute_url()).content.decode()
    assert "unvansiz" in body
    assert ReportDelivery.objects.get(user=deaf).read_at is None


def test_a_mail_that_does_not_leave_is_tried_again_and_then_shown(
    cast: Cast, signed: ReportRun, settings: Any, monkeypatch: Any
) -> None:
    cast.manager.email = "rehber@example.az"
    cast.manager.save(update_fields=["email"])
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens
    (row,) = actions.present(signed.pk, by=cast.head, recipients=[cast.manager])
    for attempt in range(1, 7):
        ReportDelivery.objects.filter(pk=row.pk).update(
            next_attempt_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        )
        actions.deliver(row.pk)
        row.refresh_from_db()
        assert row.attempts == attempt and row.last_error
    assert row.state == DeliveryState.FAILED
    assert smtplib  # the real backend was used


def test_nobody_chosen_is_told_beside_the_field(cast: Cast, signed: ReportRun) -> None:
    client = Client()
    client.force_login(cast.head)
    address = reverse("report-step", args=[signed.pk, "present"])
    answer = client.post(address, {"version": ReportRun.objects.get(pk=signed.pk).version})
    assert answer.status_code == 422 and "recipients" in answer.context["form"].errors


def test_archived_as_it_was_sent(cast: Cast, signed: ReportRun) -> None:
    actions.present(signed.pk, by=cast.head, recipients=[cast.manager])
    actions.archive(signed.pk, by=cast.head)
    with pytest.raises(RuleBroken):
        actions.present(signed.pk, by=cast.head, recipients=[cast.manager])
    client = Client()
    client.force_login(cast.manager)
    answer = client.get(reverse("report-file", args=[signed.pk, "pdf"]))
    assert hashlib.sha256(answer.content).hexdigest() == answer["X-Content-SHA256"]


def test_two_signatures_at_once_make_one(committed: None) -> None:
    head = User.objects.create(username="mudir", role=Role.SECTOR_HEAD)
    run = actions.build(actions.ask_report(OCTOBER, by=head).pk)
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def go() -> None:
        gate.wait()
        try:
            actions.sign(run.pk, by=User.objects.get(pk=head.pk))
            outcomes.append("signed")
        except RuleBroken as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _n in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert outcomes.count("signed") == 1
    assert ReportFile.objects.filter(run=run).count() == 3

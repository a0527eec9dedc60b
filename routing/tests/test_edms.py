"""The way to the head of the Apparatus: a memo leaves once and nothing that comes back is lost,
whatever the other side does."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import time
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation
from django.utils.html import escape

from appeals.actions import take
from appeals.models import Appeal
from appeals.tests.world import at_once
from callcenter.errors import NotAllowed, RuleBroken
from people.models import Alert, AuditEntry, Structure
from routing.actions import refer, withdraw
from routing.edms.actions import resend
from routing.edms.backends import signature
from routing.edms.lifecycle import FOLLOWS, MemoState
from routing.edms.models import EdmsMemo, EdmsMessage
from routing.edms.receiving import read_folder, receive, record_by_hand
from routing.edms.sending import WAITS, deliver, due_memos
from routing.lifecycle import RStatus
from routing.models import Referral, ReferralKind
from routing.tests.edms_server import SECRET, EdmsServer, running
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Make = Callable[..., Appeal]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.EDMS_FOLDER = str(tmp_path / "edms")
    return tmp_path / "edms"


@pytest.fixture
def edms(settings) -> Iterator[EdmsServer]:
    with running() as server:
        settings.EDMS_BACKEND, settings.EDMS_URL = "http", server.url
        settings.EDMS_SECRET, settings.EDMS_PATIENCE = SECRET, 1
        yield server


@pytest.fixture
def memo(cast: Cast, make_appeal: Make) -> EdmsMemo:
    made = make_appeal(text="Qərar gözləyirəm.\nVÖEN ləğv edilib.")
    take(made.pk, by=cast.aysel)
    referral = refer(
        made.pk, by=cast.aysel, structure=Structure.objects.get(code="apparatus-head"),
        client_id=uuid.uuid4(), kind=ReferralKind.DECISION, question="Qərarınızı xahiş edirik.",
        days=5,
    )  # fmt: skip
    return referral.memo


def fresh(memo: EdmsMemo) -> EdmsMemo:
    return EdmsMemo.objects.select_related("appeal", "referral").get(pk=memo.pk)


def kinds(memo: EdmsMemo) -> list[str]:
    rows = memo.appeal.entries.filter(kind__startswith="edms.").order_by("sequence")
    return list(rows.values_list("kind", flat=True))


def word(memo: EdmsMemo, **more: Any) -> bytes:
    told = {
        "message_id": "m-1", "kind": "acknowledged", "key": str(memo.client_id),
        "appeal": memo.appeal.number, "number": "12-7/ESD", "date": "2026-07-01", **more,
    }  # fmt: skip
    return json.dumps(told).encode()


def call(body: bytes, *, secret: str = SECRET, at: float | None = None) -> Any:
    stamp = str(int(time.time() if at is None else at))
    return Client(enforce_csrf_checks=True).post(
        "/edms/inbound/", body, content_type="application/json",
        HTTP_X_TIMESTAMP=stamp, HTTP_X_SIGNATURE=signature(secret, stamp, body),
    )  # fmt: skip


class TestMemo:
    def test_a_referral_for_decision_has_its_memo_once(self, cast: Cast, memo: EdmsMemo):
        assert memo.number == f"{memo.appeal.number}/ESD-1"
        assert (memo.state, memo.executor_name) == (MemoState.UNPROCESSED, cast.aysel.name)
        assert due_memos() == [memo.pk]

    def test_other_kinds_have_none(self, cast: Cast, make_appeal: Make):
        made = take(make_appeal().pk, by=cast.aysel)
        refer(made.pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4())
        assert not EdmsMemo.objects.exists()

    def test_taken_back_before_it_left_it_does_not_leave(self, cast: Cast, memo: EdmsMemo):
        withdraw(memo.referral_id, by=cast.aysel, reason="Səhv")
        assert fresh(memo).state == MemoState.WITHDRAWN
        assert (deliver(memo.pk), due_memos()) == (MemoState.WITHDRAWN, [])

    def test_every_state_but_the_first_is_reached(self):
        assert set(FOLLOWS) == set(MemoState) - {MemoState.UNPROCESSED}


class TestFolder:
    def test_four_files_appear_together_and_agree(self, memo: EdmsMemo, folder: Path):
        assert deliver(memo.pk) == MemoState.SENT
        (place,) = (folder / "out").iterdir()
        assert place.name == str(memo.client_id)
        assert sorted(file.name for file in place.iterdir()) == [
            "memo.docx", "memo.pdf", "meta.json", "meta.xml",
        ]  # fmt: skip
        meta = json.loads((place / "meta.json").read_text())
        assert (meta["number"], meta["appeal"]) == (memo.number, memo.appeal.number)
        root = ET.parse(place / "meta.xml").getroot()
        assert root.findtext("number") == memo.number
        assert {each.get("sha256") for each in root.iter("file")} == {
            each["sha256"] for each in meta["files"]
        }
        kept = {file.name: bytes(file.content) for file in memo.files.all()}
        assert kept == {file.name: file.read_bytes() for file in place.iterdir()}

    def test_both_documents_have_every_part_of_the_form(self, memo: EdmsMemo, folder: Path):
        deliver(memo.pk)
        place = folder / "out" / str(memo.client_id)
        word_file = docx.Document(str(place / "memo.docx"))
        cells = [
            cell.text for table in word_file.tables for row in table.rows for cell in row.cells
        ]
        in_word = "\n".join([*(p.text for p in word_file.paragraphs), *cells])
        pages = pypdf.PdfReader(io.BytesIO((place / "memo.pdf").read_bytes())).pages
        in_pdf = " ".join(" ".join(page.extract_text() for page in pages).split())
        for part in (
            memo.number, memo.addressee, memo.subject, "Qərarınızı xahiş edirik.",
            "VÖEN ləğv edilib.", memo.signer_name, memo.executor_name,
            f"{memo.dated_on:%d.%m.%Y}",
        ):  # fmt: skip
            assert part in in_word
            assert part.replace(" ", "") in in_pdf.replace(" ", "")

    def test_a_repeat_leaves_what_lies_there(self, memo: EdmsMemo, folder: Path):
        deliver(memo.pk)
        EdmsMemo.objects.update(state=MemoState.SENDING, next_attempt_at=timezone.now())
        before = {file: file.stat().st_mtime_ns for file in (folder / "out").rglob("*")}
        assert deliver(memo.pk) == MemoState.SENT
        assert {file: file.stat().st_mtime_ns for file in (folder / "out").rglob("*")} == before

    def test_a_disk_that_refuses_is_tried_again(self, memo: EdmsMemo, folder: Path):
        folder.parent.mkdir(exist_ok=True)
        folder.write_text("a file where the folder should be")
        assert deliver(memo.pk) == MemoState.FAILED
        assert fresh(memo).next_attempt_at is not None

    def test_messages_are_taken_from_the_folder_once(self, memo: EdmsMemo, folder: Path):
        deliver(memo.pk)
        inbox = folder / "in"
        inbox.mkdir()
        for name in ("a.json", "b.json"):  # the same message in two files
            (inbox / name).write_bytes(word(memo))
        (inbox / "c.json").write_bytes(b"not json")
        assert (read_folder(), read_folder()) == (3, 0)
        assert fresh(memo).state == MemoState.ACKNOWLEDGED
        assert len(list((inbox / "taken").iterdir())) == 3
        assert EdmsMessage.objects.filter(reason="not_json").get().body == "not json"


class TestHttp:
    def test_a_number_given_at_once_is_kept(self, memo: EdmsMemo, edms: EdmsServer):
        edms.mode = "number"
        assert deliver(memo.pk) == MemoState.ACKNOWLEDGED
        found = fresh(memo)
        assert (found.edms_number, found.edms_on) == ("12-1/ESD", dt.date(2026, 7, 1))
        assert kinds(memo) == ["edms.sent", "edms.acknowledged"]
        assert edms.forged == 0
        assert set(edms.calls[0]["files"]) == {"memo.docx", "memo.pdf", "meta.json", "meta.xml"}

    @pytest.mark.parametrize("mode", ["refuse", "hang", "take and hang", "garbage"])
    def test_it_comes_back_an_hour_later(self, memo: EdmsMemo, edms: EdmsServer, mode: str):
        edms.mode = mode
        with time_machine.travel(timezone.now(), tick=False) as clock:
            waits = []
            for _attempt in range(3):
                assert deliver(memo.pk) == MemoState.FAILED
                assert due_memos() == []
                waits.append(fresh(memo).next_attempt_at - timezone.now())
                clock.move_to(fresh(memo).next_attempt_at)
            assert waits == [dt.timedelta(minutes=each) for each in WAITS[:3]]
            edms.mode = "number"
            clock.shift(dt.timedelta(hours=1))
            assert [deliver(pk) for pk in due_memos()] == [MemoState.ACKNOWLEDGED]
        # Whatever they had taken before we heard of it, it is one memo there, and one paper.
        assert list(edms.registered) == [str(memo.client_id)]
        assert len({json.dumps(each["files"], sort_keys=True) for each in edms.calls}) == 1
        assert fresh(memo).attempts == 4

    def test_nobody_listens(self, memo: EdmsMemo, edms: EdmsServer, settings):
        settings.EDMS_URL = "http://127.0.0.1:9/"
        assert deliver(memo.pk) == MemoState.FAILED
        assert fresh(memo).last_error == "URLError"
        with translation.override("en"):
            assert "connection" in str(fresh(memo).error_words)

    def test_an_answer_that_comes_twice_counts_once(self, memo: EdmsMemo, edms: EdmsServer):
        edms.mode = "twice"
        assert deliver(memo.pk) == MemoState.SENT
        assert deliver(memo.pk) == MemoState.SENT
        assert len(edms.calls) == 1

    @pytest.mark.parametrize("mode", ["never", "other appeal", "other memo"])
    def test_what_trying_again_cannot_mend_waits_for_a_person(
        self, cast: Cast, memo: EdmsMemo, edms: EdmsServer, mode: str
    ):
        edms.mode = mode
        assert deliver(memo.pk) == MemoState.FAILED
        found = fresh(memo)
        assert found.next_attempt_at is None
        assert found.last_error
        assert found.edms_number == ""
        assert found.files.count() == 4
        assert Alert.objects.filter(user=cast.head, kind="edms.failed").count() == 1
        edms.mode = "number"
        resend(memo.pk, by=cast.head)
        assert deliver(memo.pk) == MemoState.ACKNOWLEDGED
        assert kinds(memo) == ["edms.failed", "edms.resent", "edms.sent", "edms.acknowledged"]

    def test_after_the_last_wait_a_person_looks(self, memo: EdmsMemo, edms: EdmsServer):
        edms.mode = "refuse"
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for _attempt in range(len(WAITS) + 1):
                clock.move_to(fresh(memo).next_attempt_at)
                deliver(memo.pk)
        assert fresh(memo).next_attempt_at is None
        assert (len(edms.calls), kinds(memo)) == (len(WAITS) + 1, ["edms.failed"])

    def test_a_worker_that_died_while_sending_is_followed_by_another(
        self, memo: EdmsMemo, edms: EdmsServer, monkeypatch
    ):
        def die(*args: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr("routing.edms.sending._sent", die)
            with pytest.raises(KeyboardInterrupt):
                deliver(memo.pk)
        assert (fresh(memo).state, due_memos()) == (MemoState.SENDING, [])
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=6), tick=False):
            assert [deliver(pk) for pk in due_memos()] == [MemoState.SENT]
        assert (len(edms.calls), len(edms.registered)) == (2, 1)


def test_six_workers_at_once_send_one(
    committed: None, cast: Cast, make_appeal: Make, edms: EdmsServer
):
    made = take(make_appeal().pk, by=cast.aysel)
    referral = refer(
        made.pk, by=cast.aysel, structure=Structure.objects.get(code="apparatus-head"),
        client_id=uuid.uuid4(), kind=ReferralKind.DECISION, question="Qərar?", days=5,
    )  # fmt: skip
    at_once([lambda: deliver(referral.memo.pk)] * 6)
    assert (len(edms.calls), fresh(referral.memo).state) == (1, MemoState.SENT)
    at_once([lambda: receive(word(fresh(referral.memo)), "call")] * 4)
    assert EdmsMessage.objects.count() == 1
    assert kinds(fresh(referral.memo)) == ["edms.sent", "edms.acknowledged"]


class TestInbound:
    @pytest.fixture(autouse=True)
    def sent(self, memo: EdmsMemo, settings) -> None:
        settings.EDMS_SECRET = SECRET
        deliver(memo.pk)

    def test_number_then_answer_end_the_referral(self, memo: EdmsMemo):
        assert call(word(memo)).status_code == 200
        answer = word(memo, message_id="m-2", kind="answered", text="Qərar: təmin edilsin.")
        assert call(answer).json() == {"outcome": "applied", "reason": ""}
        found = fresh(memo)
        assert found.state == MemoState.ANSWERED
        assert found.referral.status == RStatus.ANSWERED
        assert found.referral.answer_text == "Qərar: təmin edilsin."
        assert found.referral.answer_source == "ESD № 12-7/ESD 01.07.2026"

    def test_told_twice_it_counts_once(self, memo: EdmsMemo):
        for _time in range(3):
            assert call(word(memo)).status_code == 200
        assert call(word(memo, message_id="m-9")).json()["outcome"] == "known"
        assert kinds(memo) == ["edms.sent", "edms.acknowledged"]

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"appeal": "ÇM-9999-2026"}, "other_appeal"),
            ({"key": str(uuid.uuid4())}, "unknown_memo"),
            ({"key": "x"}, "unknown_memo"),
            ({"kind": "eaten"}, "unknown_kind"),
            ({"number": ""}, "no_number"),
            ({"date": "yesterday"}, "no_number"),
            ({"kind": "answered", "text": " "}, "no_text"),
            ({"kind": ["a"], "number": {"a": 1}}, "unknown_kind"),
        ],
    )
    def test_what_does_not_fit_is_kept_told_and_changes_nothing(
        self, cast: Cast, memo: EdmsMemo, change: dict[str, Any], reason: str
    ):
        answer = call(word(memo, **change))
        assert (answer.status_code, answer.json()["reason"]) == (422, reason)
        assert EdmsMessage.objects.get().reason == reason
        found = fresh(memo)
        assert (found.state, found.edms_number) == (MemoState.SENT, "")
        is_ours = reason != "unknown_memo"
        assert Alert.objects.filter(user=cast.head, kind="edms.refused").count() == is_ours
        assert call(word(memo, message_id="m-2")).status_code == 200

    def test_another_number_than_the_one_registered_is_refused(self, memo: EdmsMemo):
        call(word(memo))
        answer = call(word(memo, message_id="m-2", kind="answered", number="9", text="Bəli"))
        assert answer.json()["reason"] == "other_number"
        assert fresh(memo).edms_number == "12-7/ESD"

    @pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b"\xff\xfe", b'"a"', b"null"])
    def test_garbage_is_kept(self, memo: EdmsMemo, body: bytes):
        assert call(body).status_code == 422
        assert call(body).status_code == 422
        assert EdmsMessage.objects.get().reason == "not_json"

    def test_an_answer_after_the_referral_ended_is_kept(self, cast: Cast, memo: EdmsMemo):
        withdraw(memo.referral_id, by=cast.aysel, reason="Artıq lazım deyil")
        answer = call(word(memo, kind="answered", text="Gec cavab"))
        assert answer.json() == {"outcome": "applied", "reason": "referral_over"}
        assert "Gec cavab" in EdmsMessage.objects.get().body
        assert Referral.objects.get(pk=memo.referral_id).status == RStatus.WITHDRAWN

    def test_their_refusal_is_a_failure_a_person_sees(self, cast: Cast, memo: EdmsMemo):
        call(word(memo, kind="rejected", text="Forma səhvdir"))
        assert (fresh(memo).state, fresh(memo).last_error) == (MemoState.FAILED, "Forma səhvdir")
        assert Alert.objects.filter(user=cast.head, kind="edms.failed").exists()

    @pytest.mark.parametrize("wrong", [{"secret": "başqa"}, {"at": 0}, {"at": 4e9}])
    def test_an_unsigned_or_old_call_finds_no_such_page(self, memo: EdmsMemo, wrong: dict):
        assert call(word(memo), **wrong).status_code == 404
        assert not EdmsMessage.objects.exists()

    def test_without_the_secret_nobody_is_heard(self, memo: EdmsMemo, settings):
        settings.EDMS_SECRET = ""
        assert call(word(memo), secret="").status_code == 404


class TestByHandAndPages:
    @pytest.fixture
    def failed(self, memo: EdmsMemo, folder: Path) -> EdmsMemo:
        folder.parent.mkdir(exist_ok=True)
        folder.write_text("in the way")
        deliver(memo.pk)
        os.remove(folder)
        return fresh(memo)

    def test_only_the_sector_writes_down_and_sends_again(self, cast: Cast, failed: EdmsMemo):
        for person in (cast.unit_head, cast.manager, cast.auditor, cast.admin):
            with pytest.raises(NotAllowed):
                resend(failed.pk, by=person)
            with pytest.raises(NotAllowed):
                record_by_hand(failed.pk, by=person, kind="acknowledged", number="1")

    def test_what_came_on_paper_is_written_down(self, cast: Cast, failed: EdmsMemo):
        with pytest.raises(RuleBroken) as broken:
            record_by_hand(failed.pk, by=cast.aysel, kind="acknowledged", number="1", on=None)
        assert broken.value.field == "number"
        day = dt.date(2026, 7, 2)
        record_by_hand(failed.pk, by=cast.aysel, kind="answered", number="5", on=day, text="Hə")
        assert fresh(failed).referral.answer_source == "ESD № 5 02.07.2026"
        assert EdmsMessage.objects.filter(outcome="applied").get().by == cast.aysel

    def test_the_outbox_and_the_page_of_a_memo(self, cast: Cast, failed: EdmsMemo, client: Client):
        client.force_login(cast.aysel)
        assert failed.number in client.get("/edms/?state=failed").content.decode()
        assert failed.number not in client.get("/edms/?state=sent").content.decode()
        page = client.get(f"/edms/{failed.pk}/").content.decode()
        assert escape(str(failed.error_words)) in page
        assert client.post(f"/edms/{failed.pk}/hand/", {"number": ""}).status_code == 422
        assert client.post(f"/edms/{failed.pk}/resend/").status_code == 302
        assert deliver(failed.pk) == MemoState.SENT
        file = client.get(f"/edms/{failed.pk}/files/memo.pdf/")
        assert file.content.startswith(b"%PDF")
        assert AuditEntry.objects.filter(kind="download.memo").count() == 1
        hand = {"number": "5", "on": "02.07.2026", "text": ""}
        assert client.post(f"/edms/{failed.pk}/hand/", hand).status_code == 302
        assert fresh(failed).state == MemoState.ACKNOWLEDGED
        assert 'id="memos"' in client.get(failed.appeal.get_absolute_url()).content.decode()

    def test_structures_find_no_outbox(self, cast: Cast, failed: EdmsMemo, client: Client):
        for person in (cast.unit_head, cast.manager, cast.admin):
            client.force_login(person)
            for path in ("/edms/", f"/edms/{failed.pk}/", f"/edms/{failed.pk}/files/memo.pdf/"):
                assert client.get(path).status_code == 404

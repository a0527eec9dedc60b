"""What the gateway tells of its messages: by signed calls or when asked, twice, late and wrong."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from appeals import tasks
from appeals.actions.sending import FIRST_ASKED, deliver
from appeals.kinds import NoticeState
from appeals.models import Clock, Entry, Notice
from appeals.tests.gateway import SmsServer, running
from people.models import Alert

pytestmark = pytest.mark.django_db
SECRET = "çox gizli"


@pytest.fixture
def sms(settings):
    with running() as server:
        settings.SMS_GATEWAY = "appeals.gateways.HttpSms"
        settings.SMS_URL = server.url
        settings.SMS_PATIENCE = 1
        settings.SMS_RECEIPTS_SECRET = SECRET
        yield server


@pytest.fixture
def sent(sms: SmsServer, make_appeal) -> Notice:
    notice = make_appeal().notices.get()
    assert deliver(notice.pk) == NoticeState.SENT
    return Notice.objects.get(pk=notice.pk)


def call(body: Any, *, secret: str = SECRET, at: float | None = None, **more: str) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = str(int(time.time() if at is None else at))
    signed = hmac.new(secret.encode(), stamp.encode() + b"." + raw, hashlib.sha256).hexdigest()
    headers = {"HTTP_X_TIMESTAMP": stamp, "HTTP_X_SIGNATURE": signed, **more}
    # As it comes from outside: checks of forged forms are on.
    client = Client(enforce_csrf_checks=True)
    return client.post("/gateway/sms/", raw, content_type="application/json", **headers)


def state(notice: Notice) -> str:
    return Notice.objects.get(pk=notice.pk).state


def test_what_was_delivered_is_marked_however_often_it_is_told(sent):
    for _time in range(2):
        answer = call({"id": sent.gateway_ref, "state": "DELIVRD"})
        assert (answer.status_code, answer.json()) == (200, {"known": 1, "told": 1})
    told = Notice.objects.get(pk=sent.pk)
    assert told.state == NoticeState.DELIVERED
    assert told.delivered_at is not None


def test_many_receipts_come_in_one_call_and_strangers_among_them_do_no_harm(sent):
    rows = [
        {"key": str(sent.client_id), "state": "delivered"},
        {"id": "nobody", "state": "delivered"},
        {"key": "no uuid", "state": "failed"},
        {"id": None, "state": None},
        {"id": ["a"], "state": {}},
        {},
    ]
    assert call(rows).json() == {"known": 1, "told": 6}
    assert state(sent) == NoticeState.DELIVERED


def test_what_never_arrives_goes_to_the_head_once(cast, sent):
    for _time in range(2):
        call({"id": sent.gateway_ref, "state": "undelivered", "error": "ABSENT"})
    told = Notice.objects.get(pk=sent.pk)
    assert (told.state, told.last_error) == (NoticeState.FAILED, "ABSENT")
    assert Alert.objects.get(user=cast.head, kind="notice.undelivered").count == 1
    assert Entry.objects.filter(appeal=sent.appeal, kind="notice.failed").count() == 1


def test_delivered_is_final_and_a_late_success_takes_a_failure_back(sent):
    call({"id": sent.gateway_ref, "state": "expired"})
    call({"id": sent.gateway_ref, "state": "delivered"})
    call({"id": sent.gateway_ref, "state": "expired"})
    assert state(sent) == NoticeState.DELIVERED


def test_a_receipt_that_overtakes_our_own_mark_is_not_lost(sms, make_appeal, monkeypatch):
    """The gateway calls before its answer to our call was read."""
    notice = make_appeal().notices.get()
    from appeals.gateways import HttpSms

    send = HttpSms.send

    def hurried(self: HttpSms, message: Any) -> str:
        reference = send(self, message)
        call({"key": message.key, "state": "delivered"})
        return reference

    monkeypatch.setattr(HttpSms, "send", hurried)
    assert deliver(notice.pk) == NoticeState.DELIVERED
    assert Notice.objects.get(pk=notice.pk).gateway_ref == "g-1"


def test_what_is_not_known_to_have_ended_stays_on_its_way(sent):
    call({"id": sent.gateway_ref, "state": "buffered"})
    assert state(sent) == NoticeState.SENT


def test_a_long_reason_is_left_out_because_it_may_name_somebody(sent):
    call({"id": sent.gateway_ref, "state": "failed", "error": "Subscriber +994501112233 " * 3})
    assert Notice.objects.get(pk=sent.pk).last_error == "failed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "another"},
        {"at": 0},
        {"at": time.time() + 3600},
        {"HTTP_X_SIGNATURE": ""},
        {"HTTP_X_SIGNATURE": "ğ" * 64},
        {"HTTP_X_TIMESTAMP": "now"},
    ],
)
def test_who_signs_wrongly_or_late_finds_no_page(sent, wrong):
    assert call({"id": sent.gateway_ref, "state": "delivered"}, **wrong).status_code == 404
    assert state(sent) == NoticeState.SENT


def test_without_a_secret_there_is_no_page(sent, settings):
    settings.SMS_RECEIPTS_SECRET = ""
    assert call({"id": sent.gateway_ref, "state": "delivered"}, secret="").status_code == 404


@pytest.mark.parametrize("body", [b"<html>", b"", b"[1]", b'"x"', json.dumps([{}] * 501).encode()])
def test_garbage_is_told_to_be_garbage(sent, body):
    assert call(body).status_code == 400


# --- Asked for ---------------------------------------------------------------------


@pytest.fixture
def asked(sms: SmsServer, settings) -> SmsServer:
    settings.SMS_STATES_URL = f"{sms.url}states"
    return sms


def test_a_gateway_that_does_not_call_is_asked(asked, sent, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    deliver(sent.pk)
    tasks.ask_receipts()
    asked.states = [{"id": "g-1", "state": "delivered"}]
    tasks.ask_receipts()
    assert state(sent) == NoticeState.SENT, "not yet its time"
    time_machine.shift(FIRST_ASKED)
    tasks.ask_receipts()
    assert state(sent) == NoticeState.DELIVERED


def test_pauses_between_questions_grow_and_end(asked, make_appeal, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    notice = make_appeal().notices.get()
    deliver(notice.pk)
    pauses = []
    while (due := Notice.objects.get(pk=notice.pk).next_attempt_at) is not None:
        time_machine.move_to(due, tick=False)
        tasks.ask_receipts()
        following = Notice.objects.get(pk=notice.pk).next_attempt_at
        if following is not None:
            pauses.append((following - due).total_seconds() / 60)
        assert len(pauses) < 40
    assert pauses[:4] == [2, 4, 8, 16]
    assert max(pauses) == 360
    assert state(notice) == NoticeState.SENT


def test_a_gateway_that_does_not_answer_the_question_changes_nothing(
    asked, sent, settings, time_machine
):
    time_machine.move_to(timezone.now(), tick=False)
    settings.SMS_STATES_URL = "http://127.0.0.1:9/"
    Notice.objects.filter(pk=sent.pk).update(next_attempt_at=timezone.now())
    tasks.ask_receipts()
    told = Notice.objects.get(pk=sent.pk)
    assert told.state == NoticeState.SENT
    assert told.next_attempt_at > timezone.now()


def test_the_acknowledgement_of_a_request_is_done_when_its_number_arrived(sms, make_appeal):
    """Told before our own mark, or after it: the step ends once."""
    appeal = make_appeal(kind="inquiry", inquiry_sort="information")
    notice = appeal.notices.get()
    call({"key": str(notice.client_id), "state": "delivered"})
    clocks = Clock.objects.filter(appeal=appeal, rule__step="acknowledge")
    assert all(clock.stopped_at is not None for clock in clocks)
    assert uuid.UUID(str(notice.client_id))

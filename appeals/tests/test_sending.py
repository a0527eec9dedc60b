"""Notices over real HTTP: a gateway that takes, refuses, hangs up, answers garbage."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.utils import timezone

from appeals.actions import register
from appeals.actions.intake import Intake
from appeals.actions.sending import WAITS, deliver, due_notices
from appeals.kinds import Kind, NoticeState
from appeals.models import Notice, Topic
from people.models import Role, User

pytestmark = pytest.mark.django_db


class SmsServer(HTTPServer):
    """Answers as told and keeps the keys it was given."""

    mode = "take"
    seen: list[str]


class Handler(BaseHTTPRequestHandler):
    server: SmsServer

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append(self.headers["Idempotency-Key"])
        if self.server.mode == "hang up":
            self.close_connection = True
            return
        self.send_response(503 if self.server.mode == "refuse" else 200)
        self.end_headers()
        body = b"<html>" if self.server.mode == "garbage" else json.dumps({"id": "g-1"}).encode()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def sms(settings) -> Iterator[SmsServer]:
    server = SmsServer(("127.0.0.1", 0), Handler)
    server.seen = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SMS_GATEWAY = "appeals.gateways.HttpSms"
    settings.SMS_URL = f"http://127.0.0.1:{server.server_port}/"
    settings.SMS_TOKEN = "token"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def notice() -> Notice:
    operator = User.objects.create_user("sms-operator", password="x", role=Role.OPERATOR)
    topic = Topic.objects.create(
        code="sms-topic", path="/sms-topic/", name_az="Mövzu", valid_from="2020-01-01"
    )
    intake = Intake(kind=Kind.APPLICATION, topic=topic, text="Ərizə", caller_phone="050 212 34 56")
    appeal = register(by=operator, client_id=uuid.uuid4(), intake=intake)
    return appeal.notices.get()


def again(notice: Notice) -> None:
    """The wait is over."""
    Notice.objects.filter(pk=notice.pk).update(next_attempt_at=timezone.now())


def test_a_registered_appeal_owes_a_notice_that_is_sent_once(sms, notice) -> None:
    assert notice.pk in due_notices()
    assert deliver(notice.pk) == NoticeState.SENT
    assert deliver(notice.pk) == NoticeState.SENT
    assert sms.seen == [str(notice.client_id)]


@pytest.mark.parametrize("mode", ["refuse", "hang up", "garbage"])
def test_a_failed_attempt_waits_and_goes_on_with_the_same_key(sms, notice, mode) -> None:
    sms.mode = mode
    assert deliver(notice.pk) == NoticeState.OWED
    notice.refresh_from_db()
    assert notice.last_error
    assert notice.next_attempt_at > timezone.now()
    assert notice.pk not in due_notices()
    sms.mode = "take"
    again(notice)
    assert deliver(notice.pk) == NoticeState.SENT
    assert set(sms.seen) == {str(notice.client_id)}


def test_after_the_last_attempt_it_is_failed_and_no_longer_swept(sms, notice) -> None:
    sms.mode = "refuse"
    for _attempt in range(len(WAITS) + 1):
        again(notice)
        state = deliver(notice.pk)
    assert state == NoticeState.FAILED
    assert notice.pk not in due_notices()

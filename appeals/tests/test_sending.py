"""Notices over real HTTP: a gateway that takes, refuses, hangs, answers twice or garbage; and a
worker that dies in the middle. Nothing is lost, nothing is sent twice."""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import connection
from django.utils import timezone

from appeals import actions, tasks
from appeals.actions.sending import CLAIM_FOR, WAITS, deliver, due_notices
from appeals.kinds import NoticeChannel, NoticeReason, NoticeState
from appeals.models import Appeal, Applicant, Contact, Entry, Ground, Notice, Outcome
from appeals.models.applicant import ContactKind
from appeals.tests.gateway import SmsServer, running
from callcenter.outgoing import LONGEST_WAIT
from people.models import Alert

pytestmark = pytest.mark.django_db


@pytest.fixture
def sms(settings) -> Iterator[SmsServer]:
    with running() as server:
        settings.SMS_GATEWAY = "appeals.gateways.HttpSms"
        settings.SMS_URL = server.url
        settings.SMS_TOKEN = "token"
        settings.SMS_PATIENCE = 1
        yield server


@pytest.fixture
def notice(make_appeal) -> Notice:
    return make_appeal().notices.get()


def again(notice: Notice) -> None:
    """The wait is over."""
    Notice.objects.filter(pk=notice.pk).update(next_attempt_at=timezone.now())


def fresh(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


def test_a_registered_appeal_owes_a_notice_that_is_sent_once(sms, notice):
    assert notice.pk in due_notices()
    assert deliver(notice.pk) == NoticeState.SENT
    assert deliver(notice.pk) == NoticeState.SENT
    assert sms.seen == [str(notice.client_id)]
    assert fresh(notice).gateway_ref == "g-1"


@pytest.mark.parametrize(
    "mode", ["refuse", "hang up", "hang", "drip", "garbage", "no id", "a list", "endless"]
)
def test_a_failed_attempt_waits_and_goes_on_with_the_same_key(sms, notice, mode):
    sms.mode = mode
    assert deliver(notice.pk) == NoticeState.OWED
    held = fresh(notice)
    assert held.last_error
    assert held.next_attempt_at > timezone.now()
    assert notice.pk not in due_notices()
    sms.mode = "take"
    again(notice)
    assert deliver(notice.pk) == NoticeState.SENT
    assert set(sms.seen) == {str(notice.client_id)}
    assert fresh(notice).last_error == ""


def test_a_gateway_that_sent_and_hung_sends_nothing_more(sms, notice):
    sms.mode = "take and hang"
    assert deliver(notice.pk) == NoticeState.OWED
    sms.mode = "take"
    again(notice)
    assert deliver(notice.pk) == NoticeState.SENT
    assert len(sms.sent) == 1, "one message left, however often it was handed over"
    assert fresh(notice).gateway_ref == "g-1"


def test_an_answer_that_comes_twice_is_read_once(sms, notice):
    sms.mode = "take twice"
    assert deliver(notice.pk) == NoticeState.SENT
    assert fresh(notice).gateway_ref == "g-1"


def test_waits_grow_fourfold_up_to_half_a_day(sms, notice, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    sms.mode = "refuse"
    waits = []
    for _attempt in WAITS:
        again(notice)
        deliver(notice.pk)
        waits.append((fresh(notice).next_attempt_at - timezone.now()).total_seconds() / 60)
    assert waits == [1, 4, 16, 64, 256, 720]


def test_a_gateway_that_names_a_time_is_left_alone_until_then(sms, notice, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    sms.mode = "busy"
    deliver(notice.pk)
    assert (fresh(notice).next_attempt_at - timezone.now()).total_seconds() == 3600 < LONGEST_WAIT


def test_after_the_last_attempt_it_is_failed_told_and_journalled(cast, sms, notice):
    sms.mode = "refuse"
    for _attempt in range(len(WAITS) + 1):
        again(notice)
        state = deliver(notice.pk)
    assert state == NoticeState.FAILED
    assert notice.pk not in due_notices()
    assert fresh(notice).is_undelivered
    told = Alert.objects.filter(kind="notice.undelivered").values_list("user", flat=True)
    assert set(told) == {cast.head.pk, cast.aysel.pk}
    assert Entry.objects.filter(appeal=notice.appeal, kind="notice.failed").count() == 1


def test_what_the_gateway_will_never_take_is_not_tried_again(sms, notice):
    sms.mode = "never"
    assert deliver(notice.pk) == NoticeState.FAILED
    assert len(sms.seen) == 1
    assert fresh(notice).last_error == "HTTP 422"


# --- A worker that dies --------------------------------------------------------


def test_a_claim_of_a_dead_worker_is_taken_over_with_the_same_key(sms, notice, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    Notice.objects.filter(pk=notice.pk).update(
        state=NoticeState.SENDING, attempts=1, next_attempt_at=timezone.now() + CLAIM_FOR
    )
    assert due_notices() == []
    assert deliver(notice.pk) == NoticeState.SENDING, "another process has it"
    time_machine.shift(CLAIM_FOR)
    assert due_notices() == [notice.pk]
    assert deliver(notice.pk) == NoticeState.SENT
    assert sms.seen == [str(notice.client_id)]


def test_one_on_which_every_worker_dies_ends_as_failed(sms, notice):
    Notice.objects.filter(pk=notice.pk).update(
        state=NoticeState.SENDING, attempts=len(WAITS) + 1, next_attempt_at=timezone.now()
    )
    assert deliver(notice.pk) == NoticeState.FAILED
    assert fresh(notice).last_error == "interrupted"
    assert sms.seen == []


DIES = """
import os, signal, sys
from callcenter import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
os.environ["DJANGO_SETTINGS_MODULE"] = "callcenter.settings"
import django
django.setup()
from django.conf import settings
settings.SMS_GATEWAY, settings.SMS_URL = "appeals.gateways.HttpSms", sys.argv[2]
from appeals.actions import sending
from appeals.gateways import HttpSms
def send(self, message, before=HttpSms.send):
    before(self, message)
    os.kill(os.getpid(), signal.SIGKILL)
HttpSms.send = send
sending.deliver(int(sys.argv[3]))
"""


def test_a_worker_killed_after_handing_over_neither_loses_nor_doubles(committed, sms, notice):
    """A process of its own, killed by SIGKILL between the gateway's answer and our mark."""
    name = connection.settings_dict["NAME"]
    died = subprocess.run(
        [sys.executable, "-c", DIES, str(name), sms.url, str(notice.pk)],
        cwd=django_settings.BASE_DIR, env=os.environ | {"PYTHONPATH": "."}, check=False,
        capture_output=True, timeout=60,
    )  # fmt: skip
    assert died.returncode == -9, died.stderr.decode()[-500:]
    held = fresh(notice)
    assert (held.state, held.attempts) == (NoticeState.SENDING, 1)
    again(notice)
    tasks.send_notice(notice.pk)
    assert fresh(notice).state == NoticeState.SENT
    assert len(sms.seen) == 2
    assert len(sms.sent) == 1, "the applicant got one message"


# --- Which way -----------------------------------------------------------------


@pytest.fixture
def person(db) -> Applicant:
    return Applicant.objects.create(surname="Məmmədov", given_name="Əli")


def reach(person: Applicant, kind: str, value: str) -> None:
    Contact.objects.create(applicant=person, kind=kind, raw=value, value=value)


def test_a_number_that_takes_no_message_is_called_and_a_mobile_is_written_to(make_appeal, person):
    appeal = make_appeal(caller_phone="012 493 77 00", applicant=person)
    assert appeal.notices.get().channel == NoticeChannel.PHONE
    reach(person, ContactKind.EMAIL, "ali@example.az")
    assert make_appeal(applicant=person).notices.get().channel == NoticeChannel.SMS
    fixed = make_appeal(caller_phone="012 493 77 00", applicant=person)
    assert fixed.notices.get().channel == NoticeChannel.EMAIL


def test_a_refusal_goes_in_writing_where_it_can(cast, make_appeal, person):
    reach(person, ContactKind.EMAIL, "ali@example.az")
    appeal = make_appeal(applicant=person)
    ground = Ground.objects.get(code="content")
    actions.leave(appeal.pk, by=cast.aysel, ground=ground, reason="Mətn yoxdur")
    refusal = appeal.notices.get(reason=NoticeReason.LEFT)
    assert refusal.channel == NoticeChannel.EMAIL
    assert ground.name_az in refusal.text
    assert ground.how_to_appeal_az in refusal.text


def test_a_notice_to_nobody_is_told_to_the_head_and_not_lost(cast, make_appeal, person):
    appeal = make_appeal(caller_phone="", applicant=person)
    notice = appeal.notices.get()
    assert (notice.state, notice.last_error) == (NoticeState.FAILED, "unreachable")
    assert Alert.objects.filter(user=cast.head, kind="notice.undelivered").exists()
    person.address = "Bakı, Nizami 5"
    person.save()
    made = actions.send_again(notice.pk, by=cast.head, channel=NoticeChannel.LETTER)
    assert (made.state, made.recipient) == (NoticeState.OWED, "Bakı, Nizami 5")


def test_nothing_is_closed_without_its_notice(cast, make_appeal, monkeypatch):
    """The step and what it owes are one: a crash between the two leaves neither."""
    appeal = make_appeal()

    def crash(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("appeals.actions.closing.owe", crash)
    with pytest.raises(KeyboardInterrupt):
        actions.close(
            appeal.pk, by=cast.aysel, outcome=Outcome.objects.get(code="explained"), text="Cavab"
        )
    kept = Appeal.objects.get(pk=appeal.pk)
    assert (kept.status, kept.version) == (appeal.status, appeal.version)
    assert not Entry.objects.filter(appeal=appeal, kind="close").exists()


# --- E-mail ---------------------------------------------------------------------


def test_an_e_mail_has_one_name_however_often_it_is_sent(make_appeal, person):
    reach(person, ContactKind.EMAIL, "ali@example.az")
    notice = make_appeal(caller_phone="", applicant=person).notices.get()
    assert deliver(notice.pk) == NoticeState.SENT
    assert mail.outbox[0].extra_headers["Message-ID"] == f"<{notice.client_id}@localhost>"


def test_an_address_the_mail_server_does_not_know_is_not_tried_again(
    make_appeal, person, monkeypatch
):
    reach(person, ContactKind.EMAIL, "yoxdur@example.az")
    notice = make_appeal(caller_phone="", applicant=person).notices.get()

    def refused(self: object) -> None:
        raise smtplib.SMTPRecipientsRefused({"yoxdur@example.az": (550, b"no such user")})

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refused)
    assert deliver(notice.pk) == NoticeState.FAILED
    assert fresh(notice).last_error == "SMTP 550"


def test_many_workers_at_once_hand_a_notice_over_once(committed, sms, notice):
    """Eight at the same moment, each with a connection of its own."""
    start = threading.Barrier(8)

    def work(_n: int) -> str:
        start.wait()
        try:
            return deliver(notice.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(work, range(8)))
    assert NoticeState.SENT in states
    assert sms.seen == [str(notice.client_id)]
    assert fresh(notice).attempts == 1

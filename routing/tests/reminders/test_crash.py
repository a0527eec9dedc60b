"""A month of reminders with the worker killed at random statements, hours missed, sweeps run twice, two
at once, and Redis emptied in between: in the end each right row stands there once."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection

from appeals.actions import ask_applicant, take
from appeals.actions.work import applicant_replied
from appeals.models import Appeal
from appeals.tests.world import at_once
from callcenter.worktime import BAKU
from people.calendar import working_calendar
from people.models import Alert, Placement, User
from routing.actions import accept, refer, withdraw
from routing.models import Referral, Reminder, ReminderAlarm, ReminderMail, ReminderTo
from routing.reminders.models import SendState
from routing.reminders.sweeping import LOCK, sweep
from routing.tasks import sweep_reminders
from tests.cast import Cast

MONDAY = dt.datetime(2026, 6, 29, 10, tzinfo=BAKU)
Make = Callable[..., Appeal]
#: Statements of a whole run, and some: a number past the end lets the worker finish.
MOST_STATEMENTS = 60
LADDER = {(50, 0): 0.5, (80, 0): 0.8, (100, 0): 1.0, (100, 1): 1.0}


def day(number: int) -> dt.date:
    return working_calendar().add_working_days(MONDAY.date(), number)


def worker(dies_at: int) -> bool:
    """A real process that runs the task and is killed before its n-th statement; whether it lived."""
    _wait_for_the_dead()
    connection.close()
    child = os.fork()
    if child == 0:
        _work(dies_at)
    _pid, status = os.waitpid(child, 0)
    assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL, status
    return status == 0


def _wait_for_the_dead() -> None:
    """The database may hear of a killed worker a moment late: until then its lock makes a sweep do
    nothing, which would count as one that lived."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _work(dies_at: int) -> None:
    from celery import current_app

    current_app.conf.task_always_eager = True
    left = dies_at

    def count(execute, sql, params, many, context):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    ended = 1
    try:
        with connection.execute_wrapper(count):
            sweep_reminders()
        ended = 0
    finally:
        os._exit(ended)


@pytest.fixture
def letters(settings, tmp_path: Path) -> Path:
    """Mail goes into files, each message one; tasks run where they are sent."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


def given(cast: Cast, make_appeal: Make, days: int) -> Referral:
    made = take(make_appeal().pk, by=cast.aysel)
    referral = refer(made.pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4(), days=days)
    return accept(referral.pk, by=cast.unit_user)


def test_a_month_of_a_worker_that_keeps_dying(
    committed: None, cast: Cast, make_appeal: Make, letters: Path
):
    chance = random.Random(7)
    User.objects.filter(pk__in=[cast.unit_head.pk, cast.manager.pk]).update(email="x@example.az")
    with time_machine.travel(MONDAY, tick=False) as clock:
        terms = {given(cast, make_appeal, days).pk: days for days in (4, 7, 10, 15)}
        withdrawn = given(cast, make_appeal, 10)
        asked = take(make_appeal().pk, by=cast.aysel)
        deaths = 0
        for number in range(20):
            for hour in (9, 14, 18):
                clock.move_to(dt.datetime.combine(day(number), dt.time(hour), tzinfo=BAKU))
                if hour == 9 and number == 2:
                    ask_applicant(asked.pk, by=cast.aysel, question="VÖEN?")
                if hour == 9 and number == 5:
                    applicant_replied(asked.pk, by=cast.aysel, reply="1400057021")
                if hour == 14 and number == 5:
                    withdraw(withdrawn.pk, by=cast.aysel, reason="Səhv göndərilib")
                if chance.random() < 0.4:
                    continue  # nobody was there in these hours
                for _time in range(chance.randint(1, 3)):
                    deaths += not worker(chance.randint(1, MOST_STATEMENTS))
                    if chance.random() < 0.3:
                        cache.clear()
        clock.move_to(dt.datetime.combine(day(21), dt.time(9), tzinfo=BAKU))
        assert worker(10_000)
        clock.move_to(dt.datetime.combine(day(21), dt.time(14), tzinfo=BAKU))
        assert worker(10_000)
    assert deaths > 15
    _check_rows(cast, terms, withdrawn, asked)
    _check_telling(cast, letters)


def _check_rows(cast: Cast, terms: dict[int, int], withdrawn: Referral, asked: Appeal) -> None:
    who = {
        (50, 0): cast.unit_user, (80, 0): cast.unit_head, (100, 0): cast.head, (100, 1): cast.manager,
    }  # fmt: skip
    expected = {
        (pk, *mark, who[mark].username, channel)
        for pk in terms
        for mark in LADDER
        for channel in ("screen", "email")
        if channel == "screen" or who[mark] in (cast.unit_head, cast.manager)
    }
    rows = ReminderTo.objects.filter(reminder__referral__in=terms).select_related(
        "reminder", "user"
    )
    found = [
        (
            row.reminder.referral_id, row.reminder.percent, row.reminder.days_after,
            row.user.username, row.channel,
        )
        for row in rows
    ]  # fmt: skip
    assert len(found) == len(set(found))
    assert set(found) == expected
    for row in Reminder.objects.filter(referral__in=terms, percent=100):
        assert row.remind_at.astimezone(BAKU).date() == day(terms[row.referral_id] + row.days_after)
    gone = Reminder.objects.filter(referral=withdrawn)
    assert {(row.percent, row.days_after) for row in gone} <= {(50, 0)}
    # 15 working days, three day-ends of which the applicant had: half of it is in the 11th day.
    own = Reminder.objects.filter(appeal=asked, referral=None, percent=50).get()
    assert own.remind_at.astimezone(BAKU).date() == day(11)
    assert not ReminderAlarm.objects.exists()


def _check_telling(cast: Cast, letters: Path) -> None:
    assert not ReminderTo.objects.filter(state=SendState.OWED).exists()
    sent = ReminderTo.objects.filter(state=SendState.SENT, channel="screen")
    for person in (cast.unit_user, cast.unit_head, cast.head, cast.manager):
        told = Alert.objects.filter(user=person, kind__startswith="reminder.")
        mine = sent.filter(user=person).count()
        assert 1 <= sum(alert.count for alert in told) <= mine
    mails = list(ReminderMail.objects.filter(state=SendState.SENT))
    keys = [
        line
        for file in letters.iterdir()
        for line in file.read_text().splitlines()
        if line.lower().startswith("message-id:")
    ]
    # A worker killed between the server's word and its own mark sends the same message again, with
    # the same Message-ID; never another one.
    assert len(set(keys)) == len(mails)
    packed = ReminderTo.objects.filter(channel="email", state=SendState.SENT)
    assert {row.mail_id for row in packed} == {mail.pk for mail in mails}


def test_killed_at_every_statement_in_turn(
    committed: None, cast: Cast, make_appeal: Make, letters: Path
):
    Placement.objects.filter(user=cast.unit_head).delete()
    with time_machine.travel(MONDAY, tick=False) as clock:
        first, second = (given(cast, make_appeal, days) for days in (5, 10))
        clock.move_to(dt.datetime.combine(day(12), dt.time(14), tzinfo=BAKU))
        statement = 1
        while not worker(statement):
            statement += 1
        assert worker(10_000)
    assert statement > 10
    for referral in (first, second):
        marks = sorted((r.percent, r.days_after) for r in referral.reminders.all())
        assert marks == sorted(LADDER)
    assert ReminderAlarm.objects.filter(end="").count() == 2
    assert ReminderTo.objects.filter(channel="screen").count() == 6
    assert set(ReminderTo.objects.values_list("state", flat=True)) == {SendState.SENT}


def test_two_sweeps_at_once_make_each_row_once(committed: None, cast: Cast, make_appeal: Make):
    with time_machine.travel(MONDAY, tick=False) as clock:
        for _n in range(5):
            given(cast, make_appeal, 5)
        clock.move_to(dt.datetime.combine(day(7), dt.time(14), tzinfo=BAKU))
        at_once([sweep] * 6)
        sweep()
    assert Reminder.objects.count() == 20
    assert ReminderTo.objects.filter(channel="screen").count() == 20

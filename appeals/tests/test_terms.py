"""A term starts by kind, stands while the applicant is asked, and goes on for what was left."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import translation

from appeals.actions import (
    applicant_replied,
    ask_applicant,
    close,
    correct,
    leave,
    reopen,
    take,
    withdraw,
)
from appeals.kinds import InquirySort, Kind
from appeals.models import Appeal, Extension, TermRule
from appeals.models.term import amount_of
from appeals.terms import answer_clock, compute_due
from appeals.tests.world import PHONE, appeal, ground, outcome, person, term_rule
from people.calendar import forget
from people.models import CalendarDay, User

pytestmark = pytest.mark.django_db


def baku(month: int, day: int, hour: int = 18, year: int = 2026) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=ZoneInfo("Asia/Baku"))


MONDAY = baku(3, 2, 10)


@pytest.fixture(autouse=True)
def rules():
    forget()
    TermRule.objects.all().delete()
    CalendarDay.objects.all().delete()
    term_rule(Kind.QUESTION, 1)
    term_rule(Kind.APPLICATION, 15)
    term_rule(Kind.APPLICATION, 30, needs_study=True)
    term_rule(Kind.INQUIRY, 15)
    term_rule(Kind.INQUIRY, 24, "hours", inquiry_sort=InquirySort.TOPICAL)
    term_rule(Kind.INQUIRY, 48, "working_day_hours", inquiry_sort=InquirySort.DANGER)
    yield
    forget()


@pytest.fixture
def operator() -> User:
    return person()


def due(one: Appeal) -> dt.datetime | None:
    return Appeal.objects.values_list("due_at", flat=True).get(pk=one.pk)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"kind": Kind.QUESTION}, baku(3, 3)),
        ({"kind": Kind.APPLICATION}, baku(3, 23)),
        ({"kind": Kind.APPLICATION, "needs_study": True}, baku(4, 13)),
        ({"kind": Kind.INQUIRY}, baku(3, 23)),
        ({"kind": Kind.INQUIRY, "inquiry_sort": InquirySort.TOPICAL}, baku(3, 3, 10)),
    ],
)
def test_the_term_follows_the_kind(more, expected, operator):
    with time_machine.travel(MONDAY, tick=False):
        assert due(appeal(operator, **more)) == expected


def test_hours_that_leave_days_off_out_pass_over_the_weekend(operator):
    with time_machine.travel(baku(3, 6, 10), tick=False):
        one = appeal(operator, kind=Kind.INQUIRY, inquiry_sort=InquirySort.DANGER)
    assert due(one) == baku(3, 10, 10)


def test_holidays_of_the_calendar_are_not_counted(operator):
    for day in range(20, 25):
        CalendarDay.objects.create(
            date=dt.date(2026, 3, day), kind="holiday", name_az="Novruz bayramı", act="ƏM 105"
        )
    forget()
    with time_machine.travel(MONDAY, tick=False):
        assert due(appeal(operator)) == baku(3, 26)


def test_the_rule_is_the_one_in_force_on_the_day_in_baku(operator):
    TermRule.objects.filter(kind=Kind.QUESTION).update(valid_to=dt.date(2026, 3, 2))
    newer = term_rule(Kind.QUESTION, 3)
    TermRule.objects.filter(pk=newer.pk).update(valid_from=dt.date(2026, 3, 3))
    with time_machine.travel(baku(3, 3, 1), tick=False):  # still the 2nd in UTC
        one = appeal(operator, kind=Kind.QUESTION)
    assert answer_clock(one).rule == newer
    assert due(one) == baku(3, 6)


def test_an_anonymous_appeal_is_kept_without_a_term(operator):
    one = appeal(operator, caller_phone="")
    assert one.is_anonymous
    assert due(one) is None
    assert not one.clocks.exists()


def test_asking_the_applicant_moves_the_due_day_by_exactly_the_days_waited(operator):
    with time_machine.travel(MONDAY, tick=False):
        one = appeal(operator)
    with time_machine.travel(baku(3, 4, 10), tick=False):
        ask_applicant(one.pk, by=operator, question="VÖEN?")
    with time_machine.travel(baku(3, 9, 10), tick=False):  # Wed, Thu, Fri stood still
        applicant_replied(one.pk, by=operator, reply="1234567891")
    assert due(one) == baku(3, 26)
    with time_machine.travel(baku(3, 10, 10), tick=False):
        ask_applicant(one.pk, by=operator, question="Ünvan?")
    with time_machine.travel(baku(3, 10, 12), tick=False):  # back the same day: nothing lost
        applicant_replied(one.pk, by=operator, reply="Gəncə")
    assert due(one) == baku(3, 26)
    reasons = list(answer_clock(one).segments.values_list("reason", "is_running"))
    asked, replied = ("waiting_for_applicant", False), ("applicant_replied", True)
    assert reasons == [("started", True), asked, replied, asked, replied]


def test_a_waiting_appeal_is_never_overdue(operator):
    with time_machine.travel(MONDAY, tick=False):
        one = appeal(operator)
        ask_applicant(one.pk, by=operator, question="VÖEN?")
    assert not Appeal.objects.overdue(baku(6, 1)).filter(pk=one.pk).exists()


@pytest.mark.parametrize("ending", ["close", "withdraw", "leave"])
def test_every_end_stops_the_clock(ending, operator):
    outcome("withdrawn")
    with time_machine.travel(MONDAY, tick=False):
        one = appeal(operator)
    at = baku(3, 5, 12)
    with time_machine.travel(at, tick=False):
        if ending == "close":
            close(one.pk, by=operator, outcome=outcome(), text="Cavab")
        elif ending == "withdraw":
            withdraw(one.pk, by=operator, reason="Zəng vurub geri götürdü")
        else:
            leave(one.pk, by=operator, ground=ground(), reason="Qətnamə var")
    clock = answer_clock(one)
    assert clock.stopped_at == at
    assert not clock.segments.filter(ended_at__isnull=True).exists()
    assert Appeal.objects.get(pk=one.pk).is_late is False


def test_reopening_goes_on_with_what_was_left_of_the_term(operator):
    with time_machine.travel(MONDAY, tick=False):
        one = appeal(operator)
    with time_machine.travel(baku(3, 6, 12), tick=False):
        close(one.pk, by=operator, outcome=outcome(), text="Cavab")
    with time_machine.travel(baku(5, 4, 10), tick=False):
        reopen(one.pk, by=operator, reason="Yeni faktlar")
    # Three days were used in March (3, 4, 5); twelve are left from 4 May on.
    assert due(one) == baku(5, 19)
    clock = answer_clock(one)
    assert clock.stopped_at is None
    assert clock.segments.filter(ended_at__isnull=True, is_running=True).count() == 1
    again = Appeal.objects.get(pk=one.pk)
    assert (again.reopened_count, again.outcome, again.closed_at) == (1, None, None)


def test_a_granted_extension_is_counted_on(operator):
    with time_machine.travel(MONDAY, tick=False):
        one = appeal(operator, kind=Kind.QUESTION)
    clock = answer_clock(one)
    extension = Extension.objects.create(
        clock=clock, quantity=5, reason="Sorğu göndərilib", asked_by=operator
    )
    assert compute_due(clock) == baku(3, 3)
    Extension.objects.filter(pk=extension.pk).update(state=Extension.State.GRANTED)
    assert compute_due(clock) == baku(3, 10)


def test_correcting_the_kind_corrects_the_term_from_the_day_of_registration(operator):
    with time_machine.travel(MONDAY, tick=False):
        one = appeal(operator, kind=Kind.QUESTION)
    with time_machine.travel(baku(3, 5, 10), tick=False):
        correct(one.pk, by=operator, values={"kind": Kind.APPLICATION})
    assert due(one) == baku(3, 23)
    entry = one.entries.last()
    assert entry.changes["kind"] == ["question", "application"]
    assert "due_at" in entry.changes


def test_the_stored_due_day_can_always_be_computed_again(operator):
    with time_machine.travel(MONDAY, tick=False):
        one = appeal(operator)
        take(one.pk, by=operator)
        ask_applicant(one.pk, by=operator, question="VÖEN?")
    with time_machine.travel(baku(3, 12, 9), tick=False):
        applicant_replied(one.pk, by=operator, reply="1234567891")
    assert one.caller_phone == PHONE
    assert compute_due(answer_clock(one)) == due(one)


@pytest.mark.parametrize(
    ("quantity", "unit", "words"),
    [(0, "working_days", "the same day"), (1, "working_days", "1 working day"),
     (15, "working_days", "15 working days"), (24, "hours", "24 hours"),
     (48, "working_day_hours", "48 hours without days off")],
)  # fmt: skip
def test_a_term_is_told_as_people_say_it(quantity, unit, words):
    with translation.override("en"):
        assert amount_of(quantity, unit) == words

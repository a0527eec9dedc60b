"""Whatever happens to an appeal in whatever order, its term keeps the promises of the law.

Random stories through the real verbs on real rows: asking, replying, extending, closing and
reopening, the calendar changed in between. Each story is taken back afterwards.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appeals.actions import (
    applicant_replied,
    ask_applicant,
    ask_extension,
    close,
    decide_extension,
    reopen,
)
from appeals.actions.recomputing import apply_calendar, owe_recomputation, recompute
from appeals.kinds import Kind
from appeals.lifecycle import Status
from appeals.models import Appeal, Extension, Outcome
from appeals.terms import answer_clock, compute_due
from callcenter.errors import RuleBroken
from callcenter.worktime.terms import BAKU
from people.actions.calendar import draft_change, set_day
from people.calendar import forget, working_calendar

pytestmark = pytest.mark.django_db
STEADY = settings(
    derandomize=True,
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
STARTS = st.datetimes(
    dt.datetime(2026, 2, 2), dt.datetime(2026, 9, 1), timezones=st.just(ZoneInfo("Asia/Baku"))
)
KINDS = st.sampled_from([Kind.QUESTION, Kind.APPLICATION, Kind.COMPLAINT, Kind.PROPOSAL])
WAITS = st.integers(0, 30)  # days and hours between two steps
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "reply", "extend", "close", "reopen", "holiday", "swap"]),
        WAITS,
        WAITS,
    ),
    min_size=1,
    max_size=7,
)


class TakenBack(Exception):
    """Ends a story without leaving anything of it."""


@pytest.fixture(autouse=True)
def fresh_calendar():
    forget()
    yield
    forget()


class Story:
    """One appeal and the clock on the wall; a step the lifecycle refuses just does not happen."""

    def __init__(self, cast, make_appeal: Callable[..., Appeal], kind: str, start: dt.datetime):
        self.cast = cast
        self.traveller = time_machine.travel(start, tick=False)
        self.traveller_moves = self.traveller.start()
        self.now = start
        self.stood: list[tuple[dt.datetime, dt.datetime]] = []  # kept here, apart from the rows
        self.stands_from = start
        self.pk = make_appeal(kind=kind).pk

    def __enter__(self) -> Story:
        return self

    def __exit__(self, *_error: object) -> None:
        self.traveller.stop()
        forget()

    @property
    def one(self) -> Appeal:
        return Appeal.objects.get(pk=self.pk)

    def go(self, what: str, days: int, hours: int) -> None:
        self.now += dt.timedelta(days=days, hours=hours)
        self.traveller_moves.move_to(self.now)
        try:
            with transaction.atomic():
                getattr(self, what)()
        except RuleBroken:
            return
        if what in ("ask", "close"):
            self.stands_from = self.now
        if what in ("reply", "reopen"):
            self.stood.append((self.stands_from, self.now))

    def ask(self) -> None:
        ask_applicant(self.pk, by=self.cast.aysel, question="VÖEN?")

    def reply(self) -> None:
        applicant_replied(self.pk, by=self.cast.aysel, reply="1234567891")

    def extend(self) -> None:
        before = self.one.due_at
        asked = ask_extension(self.pk, by=self.cast.aysel, quantity=7, reason="Arayış gözlənilir")
        decide_extension(self.pk, by=self.cast.head, extension_id=asked.pk, is_granted=True)
        assert self.one.due_at >= before

    def close(self) -> None:
        close(
            self.pk, by=self.cast.aysel, text="Cavab verildi",
            outcome=Outcome.objects.get(code="satisfied"),
        )  # fmt: skip

    def reopen(self) -> None:
        reopen(self.pk, by=self.cast.aysel, reason="Yeni hal")

    def holiday(self) -> None:
        self._change(5, "holiday")

    def swap(self) -> None:
        """The coming Saturday is worked, the Monday after it is off."""
        saturday = (5 - self.now.weekday()) % 7
        self._change(saturday, "working")
        self._change(saturday + 2, "moved")

    def _change(self, days: int, kind: str) -> None:
        by, today = self.cast.admin, self.now.astimezone(BAKU).date()
        change = draft_change(by=by, act="NK 421", act_on=today, client_id=uuid.uuid4())
        day = today + dt.timedelta(days=days)
        set_day(change.pk, by=by, date=day, kind=kind, name_az="Elan edilmiş gün")
        recompute(apply_calendar(change.pk, by=by).pk)


def told(cast, make_appeal, kind: str, start: dt.datetime, steps, check: Callable[[Story], None]):
    try:
        with transaction.atomic(), Story(cast, make_appeal, kind, start) as story:
            check(story)
            for step in steps:
                story.go(*step)
                check(story)
            raise TakenBack
    except TakenBack:
        pass


@STEADY
@given(kind=KINDS, start=STARTS, steps=STEPS)
def test_the_due_date_is_a_working_day_and_every_working_day_is_accounted_for(
    cast, make_appeal, kind, start, steps
):
    """From the day of registration to the due day each working day ran or stood; those that ran
    are exactly the days of the term and of its extensions: none lost, none gained."""

    def check(story: Story) -> None:
        clock, calendar = answer_clock(story.one), working_calendar()
        assert clock is not None
        assert clock.due_at == story.one.due_at == compute_due(clock)
        if clock.stopped_at is not None:
            return  # what it was when it stopped; the calendar may have changed since
        due_on = clock.due_at.astimezone(BAKU).date()
        assert calendar.is_working(due_on)
        first = clock.started_at.astimezone(BAKU).date()
        ran = 0
        day = first
        while day < due_on:
            day += dt.timedelta(days=1)
            if calendar.is_working(day):
                end = calendar.ends_at(day)
                ran += not any(begin <= end < until for begin, until in story.stood)
        given_days = clock.quantity + sum(
            one.quantity for one in clock.extensions.filter(state=Extension.State.GRANTED)
        )
        # A term of the same day that began after hours or on a day off has the next working day.
        assert ran == given_days or (clock.quantity == 0 and ran == given_days + 1)

    told(cast, make_appeal, kind, start, steps, check)


@STEADY
@given(kind=KINDS, start=STARTS, steps=STEPS)
def test_computing_again_changes_nothing(cast, make_appeal, kind, start, steps):
    """Neither a second run over the same calendar nor a third writes a line or moves a day."""

    def check(story: Story) -> None:
        before = story.one
        for _again in range(2):
            assert recompute(owe_recomputation().pk).moved == 0
        after = story.one
        assert (after.due_at, after.version, after.journal_length, after.journal_head) == (
            before.due_at, before.version, before.journal_length, before.journal_head,
        )  # fmt: skip

    told(cast, make_appeal, kind, start, steps, check)


@STEADY
@given(start=STARTS, waits=st.lists(st.tuples(WAITS, WAITS), min_size=1, max_size=4))
def test_waiting_moves_the_term_by_what_was_waited_and_by_nothing_else(
    cast, make_appeal, start, waits
):
    """Asked and answered in one moment costs nothing; else the due day moves by exactly the
    working days that ended while the applicant was being waited for."""

    def check(story: Story) -> None:
        calendar = working_calendar()
        for days, hours in waits:
            before = story.one.due_at.astimezone(BAKU).date()
            if story.now >= story.one.due_at:
                return
            story.ask()
            assert story.one.status == Status.WAITING
            asked = story.now
            story.go("reply", days, hours)
            first, last = (moment.astimezone(BAKU).date() for moment in (asked, story.now))
            days_between = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
            ended = sum(
                asked <= calendar.ends_at(day) < story.now
                for day in days_between
                if calendar.is_working(day)
                and day > story.one.registered_at.astimezone(BAKU).date()
            )
            after = story.one.due_at.astimezone(BAKU).date()
            assert calendar.working_days_between(before, after) == ended

    told(cast, make_appeal, Kind.APPLICATION, start, [], check)

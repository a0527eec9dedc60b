"""Each edge of time and of an appeal's life alone, so that none hides behind another."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from appeals import actions
from appeals.kinds import Kind
from appeals.models import Outcome, Topic
from callcenter.worktime import BAKU
from reports.facts.checking import differences
from reports.facts.filling import fill
from reports.facts.months import mark_months
from reports.figures.computing import Asked, read
from reports.figures.cut import Cut
from reports.figures.splitting import over_time
from reports.periods import Period

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2024, 3, 20, 12, tzinfo=BAKU)
DECEMBER = Period(dt.date(2023, 12, 1), dt.date(2023, 12, 31))
JANUARY = Period(dt.date(2024, 1, 1), dt.date(2024, 1, 31))
FEBRUARY = Period(dt.date(2024, 2, 1), dt.date(2024, 2, 29))
MARCH = Period(dt.date(2024, 3, 1), dt.date(2024, 3, 20))


def on(*moment: int):
    """Year, month, day and perhaps hour and minute, in Baku; ten o'clock when none is said."""
    hours = () if len(moment) > 3 else (10,)
    return time_machine.travel(dt.datetime(*moment, *hours, tzinfo=BAKU), tick=False)


@pytest.fixture
def satisfied() -> Outcome:
    return Outcome.objects.get(code="satisfied")


@pytest.fixture
def counted(cast):
    """How many a figure counts for the head in a period, as it is told on 20 March."""

    def count(code: str, period: Period, cut: Cut | None = None) -> int:
        with time_machine.travel(NOW, tick=False):
            fill()
            reading = read([code], Asked(cast.head, period, cut or Cut(), NOW))[code]
        assert reading.is_known, reading.missing
        return reading.count

    yield count
    assert list(differences()) == []


def test_what_ends_as_the_year_ends_is_of_the_old_year(
    make_appeal, cast, satisfied, counted
) -> None:
    """At 23:59 on 31 December in Baku, when UTC has four hours of the year left, and a minute later."""
    with on(2023, 12, 27):
        old, new = (make_appeal(caller_phone=f"050111000{one}") for one in (1, 2))
    with on(2023, 12, 31, 23, 59):
        actions.close(old.pk, by=cast.head, outcome=satisfied, text="Cavab")
    with on(2024, 1, 1, 0, 0):
        actions.close(new.pk, by=cast.head, outcome=satisfied, text="Cavab")
    assert (counted("ended", DECEMBER), counted("ended", JANUARY)) == (1, 1)
    # At the end of the year the second was still open, at the end of New Year's day no more.
    assert counted("backlog", DECEMBER) == 1
    assert counted("backlog", Period(dt.date(2024, 1, 1), dt.date(2024, 1, 1))) == 0


def test_the_leap_day_is_a_day(make_appeal, cast, satisfied, counted) -> None:
    """It is the last of February, a period of its own, a point of the line and a day of duration."""
    leap = Period(dt.date(2024, 2, 29), dt.date(2024, 2, 29))
    with on(2024, 2, 28):
        made = make_appeal(caller_phone="0501110001")
    with on(2024, 2, 29):
        make_appeal(caller_phone="0501110002")
    with on(2024, 3, 1):
        actions.close(made.pk, by=cast.head, outcome=satisfied, text="Cavab")
    assert [counted("received", period) for period in (FEBRUARY, leap, MARCH)] == [2, 1, 0]
    assert [counted("backlog", period) for period in (leap, MARCH)] == [2, 1]
    with time_machine.travel(NOW, tick=False):
        steps = over_time("received", Asked(cast.head, FEBRUARY))
        days = read(["median_days"], Asked(cast.head, MARCH))["median_days"]
    assert [step.reading.count for step in steps[-2:]] == [1, 1] and len(steps) == 29
    assert days.value == Decimal("2.0")


def test_a_week_over_the_leap_day_has_seven_days(make_appeal, satisfied, counted) -> None:
    """From 24 February to 2 March are seven days in a leap year: who came again on that day was not
    helped the first time, who came a day later was."""
    for phone, again in (("0501110001", 2), ("0501110002", 3)):
        with on(2024, 2, 24):
            make_appeal(kind=Kind.QUESTION, caller_phone=phone, answer="Bəli", outcome=satisfied)
        with on(2024, 3, again):
            make_appeal(caller_phone=phone)
    assert (counted("at_once", FEBRUARY), counted("first_contact", FEBRUARY)) == (2, 1)


def test_closed_in_one_year_and_reopened_in_the_next(make_appeal, cast, satisfied, counted) -> None:
    """It was not open at the end of December and is again at the end of January; it ends in February
    alone, and what December has received stays as it was."""
    with on(2023, 12, 5):
        made = make_appeal()
    with on(2023, 12, 12):
        actions.close(made.pk, by=cast.head, outcome=satisfied, text="Cavab")
    assert (counted("ended", DECEMBER), counted("backlog", DECEMBER)) == (1, 0)
    with on(2024, 1, 9):
        actions.reopen(made.pk, by=cast.head, reason="Narazıdır")
    assert (counted("ended", DECEMBER), counted("backlog", DECEMBER)) == (0, 0)
    assert (counted("ended", JANUARY), counted("backlog", JANUARY)) == (0, 1)
    with on(2024, 2, 6):
        actions.close(made.pk, by=cast.head, outcome=satisfied, text="Cavab")
    periods = (DECEMBER, JANUARY, FEBRUARY)
    assert [counted("ended", period) for period in periods] == [0, 0, 1]
    assert [counted("backlog", period) for period in periods] == [0, 1, 0]
    assert [counted("received", period) for period in periods] == [1, 0, 0]
    assert [counted("reopened", period) for period in periods] == [1, 0, 0]


@pytest.mark.parametrize("is_marked", [False, True])
def test_a_corrected_topic_moves_in_the_months_it_was_counted_in(
    make_appeal, cast, satisfied, counted, is_marked: bool
) -> None:
    """Received in January, ended in February, corrected in March: both months count it anew, under one
    filter (kept days) and under two (marked months)."""
    voen, vat = (Topic.objects.get(code=code) for code in ("tax-voen", "tax-vat"))
    with on(2024, 1, 30):
        made = make_appeal(topic=vat)
    with on(2024, 2, 6):
        actions.close(made.pk, by=cast.head, outcome=satisfied, text="Cavab")
        fill()
    if is_marked:
        with time_machine.travel(NOW, tick=False):
            assert mark_months() == 2

    def of(topic: Topic) -> list[int]:
        cuts = (Cut(topic=topic), Cut(topic=topic, channel="phone"))
        return [counted(*each, cut) for each in TOLD for cut in cuts]

    assert (of(vat), of(voen)) == ([1] * 4, [0] * 4)
    with on(2024, 3, 5):
        actions.correct(made.pk, by=cast.head, values={"topic_id": voen.pk})
    assert (of(vat), of(voen)) == ([0] * 4, [1] * 4)
    assert [counted(*each) for each in TOLD] == [1, 1]


#: What an appeal of January that ended in February is counted by.
TOLD = (("received", JANUARY), ("ended", FEBRUARY))


def test_a_merged_appeal_is_counted_with_the_other_until_it_is_unmerged(
    make_appeal, cast, counted
) -> None:
    """Two of December, merged in January: December has received one and had one open. Taken apart in
    February they are two again, in December as well."""
    with on(2023, 12, 6):
        first, second = (make_appeal(caller_phone="0501110001") for _two in range(2))
    assert (counted("received", DECEMBER), counted("backlog", DECEMBER)) == (2, 2)
    with on(2024, 1, 10):
        actions.merge(second.pk, by=cast.head, into=first.pk)
    assert (counted("received", DECEMBER), counted("backlog", DECEMBER)) == (1, 1)
    assert (counted("backlog", JANUARY), counted("ended", JANUARY), counted("open", JANUARY)) == (
        1,
        0,
        1,
    )
    with on(2024, 2, 7):
        actions.unmerge(second.pk, by=cast.head, reason="Səhv")
    assert (counted("received", DECEMBER), counted("backlog", DECEMBER)) == (2, 2)
    assert (counted("backlog", FEBRUARY), counted("open", FEBRUARY)) == (2, 2)

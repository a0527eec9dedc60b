"""Figures where the calendar turns: at New Year, and by a holiday announced late."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine

from appeals import actions
from appeals.actions.recomputing import apply_calendar, recompute
from appeals.models import Outcome
from callcenter.worktime import BAKU
from people.actions.calendar import draft_change, set_day
from people.calendar import forget
from reports.facts.checking import differences
from reports.facts.filling import fill
from reports.periods import Period
from reports.tests.test_figures_by_hand import FEBRUARY, d, n, on, told

pytestmark = pytest.mark.django_db


def test_the_year_turns_in_baku(cast, make_appeal) -> None:
    """23:59 on 31 December and 00:00 on 1 January are of two years, whatever the hour in UTC."""
    for moment in ((2023, 12, 31, 23, 59), (2024, 1, 1, 0, 0)):
        with time_machine.travel(dt.datetime(*moment, tzinfo=BAKU), tick=False):
            make_appeal(caller_phone=f"05011100{moment[2]:02}")
            fill()
    for year in (2023, 2024):
        found = told(cast.head, Period(dt.date(year, 1, 1), dt.date(year, 12, 31)), "received")
        assert found == {"received": n(1)}


def test_a_holiday_announced_late_moves_what_is_overdue(cast, make_appeal) -> None:
    """Due on 28 February at 18:00; the act of the 27th makes the 28th a day off, so that the term
    ends on the 29th: what was overdue at the end of the 28th is not, and at the 29th's it is."""
    with on(2, 6):
        made = make_appeal()
        fill()
    with on(2, 27, 9):
        change = draft_change(
            by=cast.admin, act="NK № 90", act_on=dt.date(2024, 2, 26), client_id=uuid.uuid4()
        )
        set_day(change.pk, by=cast.admin, date=dt.date(2024, 2, 28), kind="holiday", name_az="Gün")
        recompute(apply_calendar(change.pk, by=cast.admin).pk)
        fill()
    made.refresh_from_db()
    assert made.due_at == dt.datetime(2024, 2, 29, 18, tzinfo=BAKU)
    for day, overdue in ((27, 0), (28, 0), (29, 1)):
        told_then = told(
            cast.head, Period(FEBRUARY.first, dt.date(2024, 2, day)), "backlog_overdue"
        )
        assert told_then == {"backlog_overdue": n(overdue)}, day
    assert list(differences()) == []
    forget()


def test_a_holiday_announced_late_moves_what_ended_in_time(cast, make_appeal) -> None:
    """Both were due on 28 February at 18:00. One ended that evening, late; then the 28th is made a
    day off, the term ends on the 29th, and what ends on the 29th's noon is in time. What had ended
    is not told anew: it was late under the term it had."""
    satisfied = Outcome.objects.get(code="satisfied")
    with on(2, 6):
        evening, noon = (make_appeal(caller_phone=f"050111000{one}") for one in (1, 2))
    with on(2, 27, 9):
        change = draft_change(
            by=cast.admin, act="NK № 90", act_on=dt.date(2024, 2, 26), client_id=uuid.uuid4()
        )
        set_day(change.pk, by=cast.admin, date=dt.date(2024, 2, 28), kind="holiday", name_az="Gün")
    with on(2, 28, 19):
        actions.close(evening.pk, by=cast.head, outcome=satisfied, text="Cavab")
        fill()
    assert told(cast.head, FEBRUARY, "on_time") == {"on_time": (0, 1, d("0.0"))}
    with on(2, 28, 20):
        recompute(apply_calendar(change.pk, by=cast.admin).pk)
    with on(2, 29, 12):
        actions.close(noon.pk, by=cast.head, outcome=satisfied, text="Cavab")
        fill()
    found = told(cast.head, FEBRUARY, "on_time", "ended_late")
    assert found == {"on_time": (1, 2, d("50.0")), "ended_late": n(1)}
    assert list(differences()) == []
    forget()

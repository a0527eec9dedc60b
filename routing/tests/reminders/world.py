"""What the stories of reminders rest on: a Monday, a referral, what was told of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import time_machine

from appeals.actions import take
from appeals.models import Appeal
from callcenter.worktime import BAKU
from people.calendar import working_calendar
from routing.actions import refer
from routing.models import Referral, ReminderTo
from tests.cast import Cast

Make = Callable[..., Appeal]
#: Monday, and the calendar has no holiday for two weeks after it.
MONDAY = dt.datetime(2026, 6, 29, 10, tzinfo=BAKU)


def to(clock: time_machine.Coordinates, day: int, hour: int, minute: int = 0) -> None:
    """Move to a working day counted from Monday, 0."""
    on = working_calendar().add_working_days(MONDAY.date(), day)
    clock.move_to(dt.datetime.combine(on, dt.time(hour, minute), tzinfo=BAKU))


def given(cast: Cast, make_appeal: Make, days: int = 10, **more: object) -> Referral:
    made = make_appeal()
    take(made.pk, by=cast.aysel)
    return refer(
        made.pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4(), days=days, **more
    )


def told(referral: Referral) -> list[tuple[int, int, str]]:
    """(percent, days after, who) of every row on the screen, in order."""
    rows = ReminderTo.objects.filter(reminder__referral=referral, channel="screen")
    return [
        (row.reminder.percent, row.reminder.days_after, row.user.username)
        for row in rows.select_related("reminder", "user").order_by("reminder_id", "user__username")
    ]

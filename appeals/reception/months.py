"""A month of receptions in figures: what became of each invitation, and how long applicants waited."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.functional import Promise

from appeals.models import Reception
from appeals.reception.lifecycle import STATES, State
from callcenter.worktime import BAKU
from people.calendar import working_calendar
from people.models import User

#: Invitations of a month whose wait is computed; a month of one ministry is far below.
MOST_WAITS = 2000


@dataclass(frozen=True)
class Tally:
    """Invitations of the month that stand so."""

    code: str
    label: str | Promise
    tone: str
    count: int


@dataclass(frozen=True)
class MonthFigures:
    """`waited` is the mean of working days from the invitation to an hour that was held; None
    where none was."""

    first: dt.date
    tallies: list[Tally]
    waited: float | None

    @property
    def total(self) -> int:
        return sum(each.count for each in self.tallies)


def month_of(text: str, today: dt.date) -> dt.date:
    """The first day of "2026-11"; of today's month for whatever is none."""
    try:
        first = dt.datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return today.replace(day=1)
    return first if 2000 <= first.year <= 2100 else today.replace(day=1)


def rows_of(user: User, first: dt.date) -> QuerySet[Reception]:
    """Invitations one may see whose hour is in the month."""
    after = (first + dt.timedelta(days=32)).replace(day=1)
    rows: QuerySet[Reception] = Reception.objects.visible_to(user)
    return rows.filter(
        slot__starts_at__gte=dt.datetime.combine(first, dt.time(), tzinfo=BAKU),
        slot__starts_at__lt=dt.datetime.combine(after, dt.time(), tzinfo=BAKU),
    )


def figures_of(user: User, first: dt.date) -> MonthFigures:
    """Counts by state in the order of the table, and the mean wait."""
    rows = rows_of(user, first)
    counted = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    tallies = [
        Tally(str(state), meta.label, meta.tone, counted.get(str(state), 0))
        for state, meta in STATES.items()
    ]
    held = rows.filter(state=State.HELD).values_list("invited_at", "slot__starts_at")[:MOST_WAITS]
    calendar = working_calendar()
    waits = [calendar.working_days_between(_day(invited), _day(starts)) for invited, starts in held]
    return MonthFigures(first, tallies, sum(waits) / len(waits) if waits else None)


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(BAKU).date()

"""The working calendar as a page shows it, and what a drafted change would do to running terms."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

from appeals.explaining import DAYS
from appeals.models import Clock
from appeals.recomputing import Difference, differences
from callcenter.worktime import Calendar
from callcenter.worktime.terms import BAKU

#: Differences shown on the page of a draft; the counts are of all.
SHOWN = 50
#: A shape for each kind of day, so that colour is never alone.
MARKS = {"holiday": "square", "moved": "ring", "short": "half", "working": "dot"}


@dataclass(frozen=True)
class Cell:
    """One day of a month."""

    date: dt.date
    kind: str
    label: str | Promise
    name: str
    mark: str
    is_differing: bool
    is_estimated: bool
    is_today: bool


@dataclass(frozen=True)
class Month:
    """A month with its weeks; None stands for days of its neighbours."""

    first: dt.date
    weeks: list[list[Cell | None]]
    working: int


def year_of(calendar: Calendar, year: int) -> list[Month]:
    """Twelve months of a year."""
    today = timezone.localdate()
    language = get_language() or "az"
    found = []
    for month in range(1, 13):
        weeks = [
            [_cell(calendar, day, today, language) if day.month == month else None for day in week]
            for week in months.Calendar().monthdatescalendar(year, month)
        ]
        working = sum(
            cell is not None and cell.kind in ("working", "short")
            for week in weeks
            for cell in week
        )
        found.append(Month(dt.date(year, month, 1), weeks, working))
    return found


def _cell(calendar: Calendar, on: dt.date, today: dt.date, language: str) -> Cell:
    day = calendar.day(on)
    differs = on in calendar.days
    return Cell(
        on, day.kind, DAYS.get(day.kind, day.kind), day.name(language),
        MARKS.get(day.kind, "") if differs else "", differs, day.estimated, on == today,
    )  # fmt: skip


@dataclass
class Effect:
    """What a drafted change would do: counts of all running terms, and the first differences."""

    running: int = 0
    later: int = 0
    earlier: int = 0
    overdue: int = 0  # would have passed already
    saved: int = 0  # had passed, and would run again
    by_days: Counter[int] = field(default_factory=Counter)
    shown: list[tuple[Clock, Difference]] = field(default_factory=list)

    @property
    def moved(self) -> int:
        return self.later + self.earlier

    @property
    def shifts(self) -> list[tuple[int, int]]:
        return sorted(self.by_days.items())


def effect_of(calendar: Calendar) -> Effect:
    """Walk every running term under another calendar; nothing is written."""
    now = timezone.now()
    effect = Effect()
    first: list[Difference] = []
    for _pk, found in differences(calendar):
        effect.running += 1
        if found is None:
            continue
        later = found.after > found.before
        effect.later += later
        effect.earlier += not later
        effect.overdue += found.after < now <= found.before
        effect.saved += found.before < now <= found.after
        effect.by_days[_days(found)] += 1
        if len(first) < SHOWN:
            first.append(found)
    clocks = Clock.objects.select_related("appeal").in_bulk([each.clock_id for each in first])
    effect.shown = [(clocks[each.clock_id], each) for each in first]
    return effect


def _days(found: Difference) -> int:
    before, after = (moment.astimezone(BAKU).date() for moment in (found.before, found.after))
    return (after - before).days

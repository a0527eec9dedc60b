"""What a changed calendar does to the running terms: looked at before, computed again after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from appeals.lifecycle import Status
from appeals.models import Clock, ClockSegment, Extension
from appeals.terms import compute_due
from callcenter.worktime import Calendar, Term, due_with_segments
from callcenter.worktime.terms import BAKU

#: Clocks read at a time.
CHUNK = 2000

_followers: list[Callable[[Clock], None]] = []


def know_follower(follow: Callable[[Clock], None]) -> None:
    """Let a layer above keep its own copy of a due moment that moved."""
    _followers.append(follow)


def tell_followers(clock: Clock) -> None:
    for follow in _followers:
        follow(clock)


@dataclass(frozen=True)
class Difference:
    """A term that would end, or ended up ending, at another moment."""

    clock_id: int
    before: dt.datetime
    after: dt.datetime


def running() -> QuerySet[Clock]:
    """Every clock that still runs or stands; a merged appeal's wait for what becomes of it."""
    return Clock.objects.filter(stopped_at__isnull=True).exclude(appeal__status=Status.MERGED)


class Dues:
    """Due moments under one calendar. Clocks that never stood and were never extended, which is
    most, end alike when they began on one day, and are computed once."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._known: dict[tuple[dt.datetime | dt.date, int, str], dt.datetime] = {}

    def of_plain(self, started_at: dt.datetime, quantity: int, unit: str) -> dt.datetime:
        begins: dt.datetime | dt.date = started_at
        if unit == "working_days" and quantity:
            begins = started_at.astimezone(BAKU).date()
        key = (begins, quantity, unit)
        if key not in self._known:
            self._known[key] = due_with_segments(
                self.calendar, Term(quantity, unit), started_at, ()
            )
        return self._known[key]


def differences(
    calendar: Calendar, *, after: int = 0, limit: int | None = None
) -> Iterator[tuple[int, Difference | None]]:
    """Walk the running clocks from `after` on: each clock's id, and its difference if it has one."""
    dues = Dues(calendar)
    read = 0
    while limit is None or read < limit:
        size = CHUNK if limit is None else min(CHUNK, limit - read)
        rows = list(
            running().filter(pk__gt=after).order_by("pk")
            .values_list("pk", "started_at", "quantity", "unit", "due_at")[:size]
        )  # fmt: skip
        if not rows:
            return
        ids = [row[0] for row in rows]
        special = set(
            ClockSegment.objects.filter(clock__in=ids, is_running=False).values_list(
                "clock_id", flat=True
            )
        ) | set(
            Extension.objects.filter(clock__in=ids, state=Extension.State.GRANTED).values_list(
                "clock_id", flat=True
            )
        )
        whole = {
            clock.pk: clock
            for clock in Clock.objects.filter(pk__in=special).prefetch_related(
                "segments", "extensions"
            )
        }
        for pk, started_at, quantity, unit, before in rows:
            clock = whole.get(pk)
            if clock is not None:
                due = compute_due(clock, calendar)
            else:
                due = dues.of_plain(started_at, quantity, unit)
            yield pk, Difference(pk, before, due) if due != before else None
        after = ids[-1]
        read += len(rows)

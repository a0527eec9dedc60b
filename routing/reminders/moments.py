"""When the steps of a ladder are reached, for the courses of a sweep. Most clocks never stood still:
they differ only by the day they began and the moment they end, so that a hundred thousand of them are
a few hundred courses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from appeals.models import Clock, ClockSegment
from callcenter.worktime import BAKU, Calendar, Segment, moment_of_share, moments_of_shares

#: (percent, working days after the term)
Mark = tuple[int, int]

COURSES = "SELECT DISTINCT course, started_on, due_at FROM reminder_clock WHERE course > 0"
ALONE = "SELECT id FROM reminder_clock WHERE course < 0"


@dataclass(frozen=True)
class Moment:
    """When every clock of one course reaches a mark."""

    course: int
    mark: Mark
    at: dt.datetime


def moment_of(
    calendar: Calendar, clock: Clock, segments: Iterable[ClockSegment], mark: Mark
) -> dt.datetime:
    """When a clock reaches a mark, as far as its course is known."""
    percent, days_after = mark
    if days_after:
        return _after(calendar, clock.due_at, days_after)
    stretches = [
        Segment(row.started_at, row.ended_at, row.is_running, row.reason) for row in segments
    ]
    return moment_of_share(
        calendar, clock.unit, clock.started_at, clock.due_at, stretches, percent / 100
    )


def _after(calendar: Calendar, due_at: dt.datetime, days: int) -> dt.datetime:
    return calendar.ends_at(calendar.add_working_days(timezone.localdate(due_at, BAKU), days))


def shared_moments(calendar: Calendar, marks: Iterable[Mark]) -> Iterator[Moment]:
    """Of the clocks that run alike, each course once."""
    marks = list(marks)
    with connection.cursor() as cursor:
        cursor.execute(COURSES)
        courses = cursor.fetchall()
    for course, started_on, due_at in courses:
        for mark, at in zip(marks, _plain(calendar, started_on, due_at, marks), strict=True):
            yield Moment(course, mark, at)


def _plain(
    calendar: Calendar, started_on: dt.date, due_at: dt.datetime, marks: Sequence[Mark]
) -> Iterator[dt.datetime]:
    start = dt.datetime.combine(started_on, dt.time(), tzinfo=BAKU)
    shares = [percent / 100 for percent, _days in marks]
    within = moments_of_shares(calendar, start, due_at, shares)
    for (_percent, days_after), at in zip(marks, within, strict=True):
        yield _after(calendar, due_at, days_after) if days_after else at


def own_moments(calendar: Calendar, marks: Iterable[Mark]) -> Iterator[Moment]:
    """Of clocks that stood still or run in hours, one by one; those standing now reach nothing."""
    marks = list(marks)
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
        keys = [row[0] for row in cursor.fetchall()]
    segments: dict[int, list[ClockSegment]] = {}
    for row in ClockSegment.objects.filter(clock_id__in=keys).order_by("started_at", "id"):
        segments.setdefault(row.clock_id, []).append(row)
    for clock in Clock.objects.filter(pk__in=keys).iterator():
        own = segments.get(clock.pk, [])
        if any(row.ended_at is None and not row.is_running for row in own):
            continue
        for mark in marks:
            yield Moment(-clock.pk, mark, moment_of(calendar, clock, own, mark))

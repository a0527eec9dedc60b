"""How a term was computed: its rule, its stretches, its extensions, and every day walked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from appeals.models import Clock, Extension, TermRule
from appeals.models.term import amount_of
from appeals.terms import compute_due, segments_of
from callcenter.worktime import DayStep, HourStep, Segment, Term, due_with_segments, explain_hours
from people.calendar import working_calendar
from people.models.calendar import DayKind
from people.models.legal import Certainty

#: Why a stretch began, as the page tells it.
REASONS: dict[str, str | Promise] = {
    "started": _("Started"),
    "waiting_for_applicant": _("Waiting for the applicant"),
    "applicant_replied": _("The applicant replied"),
    "stopped": _("The step was done"),
    "reopened": _("Reopened"),
    "rework": _("Sent back for rework"),
}
DAYS: dict[str, str | Promise] = {
    "working": _("Working day"),
    "rest": _("Rest day"),
    **{str(kind): kind.label for kind in DayKind if kind not in (DayKind.REST, DayKind.WORKING)},
}


@dataclass(frozen=True)
class Line:
    """One day of the table."""

    date: dt.date
    kind: str | Promise
    name: str
    is_working: bool
    is_counted: bool
    is_paused: bool
    is_estimated: bool
    counted: str
    total: str


@dataclass(frozen=True)
class Part:
    """The term itself or one extension: its days, and what it leads to."""

    label: str | Promise
    amount: str
    lines: list[Line]
    due_at: dt.datetime
    extension: Extension | None = None


@dataclass(frozen=True)
class Stretch:
    """A stretch in which the clock ran or stood, in words."""

    reason: str | Promise
    started_at: dt.datetime
    ended_at: dt.datetime | None
    is_running: bool


@dataclass(frozen=True)
class Explanation:
    """Everything that decided when a term ends."""

    clock: Clock
    is_confirmed: bool
    due_at: dt.datetime
    is_standing: bool
    parts: list[Part]
    stretches: list[Stretch]
    has_estimated: bool
    extensions: list[Extension]


def explain(clock: Clock, *, now: dt.datetime | None = None) -> Explanation:
    """The explanation of one clock, as of now if it stands."""
    moment = now or timezone.now()
    segments = segments_of(clock)
    due = compute_due(clock, as_of=moment)
    extensions = sorted(clock.extensions.all(), key=lambda row: row.pk)
    parts = [_first(clock, segments, moment)]
    for row in extensions:
        if row.state == Extension.State.GRANTED:
            parts.append(_more(row, parts[-1].due_at, segments, moment))
    rule = clock.rule
    return Explanation(
        clock=clock,
        is_confirmed=rule is None or rule.certainty not in (Certainty.PRACTICE, Certainty.UNCONFIRMED),
        due_at=due,
        is_standing=bool(segments) and not segments[-1].running and clock.stopped_at is None,
        parts=parts,
        stretches=[
            Stretch(REASONS.get(row.reason, row.reason), row.start, row.end, row.running)
            for row in segments
        ],
        has_estimated=any(line.is_estimated for part in parts for line in part.lines),
        extensions=extensions,
    )  # fmt: skip


def _first(clock: Clock, segments: list[Segment], moment: dt.datetime) -> Part:
    calendar, term = working_calendar(), Term(clock.quantity, clock.unit)
    due = due_with_segments(calendar, term, clock.started_at, segments, as_of=moment)
    if clock.unit == TermRule.Unit.WORKING_DAYS:
        lines = _lines(clock.started_at, clock.quantity, segments, moment)
    else:
        steps = explain_hours(
            calendar, term, clock.started_at, segments, as_of=moment, language=_language()
        )
        lines = [_hour_line(step) for step in steps]
    return Part(_("Term"), clock.amount, lines, due)


def _more(
    extension: Extension, start: dt.datetime, segments: list[Segment], moment: dt.datetime
) -> Part:
    unit = TermRule.Unit.WORKING_DAYS
    due = due_with_segments(
        working_calendar(), Term(extension.quantity, unit), start, segments, as_of=moment
    )
    lines = _lines(start, extension.quantity, segments, moment)
    amount = amount_of(extension.quantity, unit)
    return Part(_("Extension"), amount, lines, due, extension)


def _lines(
    start: dt.datetime, quantity: int, segments: list[Segment], moment: dt.datetime
) -> list[Line]:
    steps = working_calendar().explain(
        start, quantity, segments, as_of=moment, language=_language()
    )
    return [_day_line(step) for step in steps]


def _day_line(step: DayStep) -> Line:
    works = step.kind in ("working", "short")
    return Line(
        step.date, DAYS.get(step.kind, step.kind), step.name, works, step.counted, step.paused,
        step.estimated, "1" if step.counted else "", str(step.running_total),
    )  # fmt: skip


def _hour_line(step: HourStep) -> Line:
    works = step.kind in ("working", "short")
    return Line(
        step.date, DAYS.get(step.kind, step.kind), step.name, works, bool(step.counted), False,
        False, _hours(step.counted) if step.counted else "", _hours(step.running_total),
    )  # fmt: skip


def _hours(span: dt.timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


def _language() -> str:
    return get_language() or "az"

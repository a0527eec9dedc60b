"""Clocks of an appeal: start, pause, run again, extend, stop, explain. Pure rules live in
`callcenter.worktime`; here they meet the rows."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils import timezone

from appeals.kinds import InquirySort
from appeals.models import Appeal, Clock, ClockSegment, Extension, TermRule
from callcenter.kept import Kept
from callcenter.worktime import Calendar, Segment, Term, due_with_segments
from people.calendar import working_calendar


def rule_for(appeal: Appeal, on: dt.date) -> TermRule | None:
    """The rule in force for the appeal's kind; a question answered in the call has none."""
    found = _fitting((on, bool(appeal.needs_study)), kind=appeal.kind, sort=appeal.inquiry_sort)
    found = found or _ordinary(on, kind=appeal.kind)
    return found[0] if found else None


def _rules(on: dt.date, kind: str) -> QuerySet[TermRule]:
    return TermRule.objects.on(on).filter(kind=kind, step=TermRule.Step.ANSWER)


_fitting = Kept(
    lambda fixed, kind, sort: _rules(fixed[0], kind).filter(
        inquiry_sort=sort, needs_study=fixed[1]
    )[:1]
)
_ordinary = Kept(
    lambda on, kind: (
        _rules(on, kind).filter(inquiry_sort=InquirySort.ORDINARY).order_by("needs_study")[:1]
    )
)


def expected(appeal: Appeal, *, at: dt.datetime) -> tuple[TermRule, dt.datetime] | None:
    """The rule and the due moment an appeal of this kind would get, before it is registered."""
    rule = rule_for(appeal, timezone.localdate(at))
    if rule is None:
        return None
    term = Term(rule.quantity, rule.unit)
    segments = [Segment(at, None, True, "started")]
    return rule, due_with_segments(working_calendar(), term, at, segments)


def start_clock(
    appeal: Appeal,
    *,
    use: str,
    quantity: int,
    unit: str,
    basis: str,
    at: dt.datetime,
    rule: TermRule | None = None,
) -> Clock:
    """A clock that runs from now; its due moment is computed, never counted down."""
    due = due_with_segments(
        working_calendar(), Term(quantity, unit), at, [Segment(at, None, True, "started")]
    )
    clock = Clock.objects.create(
        appeal=appeal, use=use, rule=rule, basis=basis, quantity=quantity, unit=unit,
        started_at=at, due_at=due,
    )  # fmt: skip
    ClockSegment.objects.create(clock=clock, started_at=at, is_running=True, reason="started")
    return clock


def start_answer_clock(appeal: Appeal, *, at: dt.datetime) -> Clock | None:
    """The term for answering the applicant. An anonymous appeal is kept without a term."""
    if appeal.is_anonymous:
        return None
    rule = rule_for(appeal, timezone.localdate(at))
    if rule is None:
        return None
    return start_clock(
        appeal, use=Clock.Use.APPEAL, quantity=rule.quantity, unit=rule.unit,
        basis=f"{rule.code} · {rule.source}", at=at, rule=rule,
    )  # fmt: skip


_last_clock = Kept(
    lambda _fixed, appeal: Clock.objects.filter(appeal=appeal, use=Clock.Use.APPEAL).order_by(
        "-stopped_at", "id"
    )[:1]
)


def answer_clock(appeal: Appeal) -> Clock | None:
    """The appeal's own running clock, or the last one that ran."""
    clock: Clock | None = next(iter(_last_clock(appeal=appeal.pk)), None)
    if clock is not None:
        clock.appeal = appeal
    return clock


def segments_of(clock: Clock) -> list[Segment]:
    """The stretches in which the clock ran or stood."""
    return [
        Segment(row.started_at, row.ended_at, row.is_running, row.reason)
        for row in clock.segments.all()
    ]


def compute_due(
    clock: Clock,
    calendar: Calendar | None = None,
    *,
    as_of: dt.datetime | None = None,
    more: int = 0,
) -> dt.datetime:
    """The due moment from the clock's segments and granted extensions.

    With `as_of` a pause still open counts until then; `more` working days are counted on.
    """
    days = [
        row.quantity
        for row in sorted(clock.extensions.all(), key=lambda row: row.pk)
        if row.state == Extension.State.GRANTED
    ]
    return due_with_segments(
        calendar or working_calendar(),
        Term(clock.quantity, clock.unit),
        clock.started_at,
        segments_of(clock),
        # An extension is of working days, whatever the term itself is counted in.
        extensions=tuple(Term(each, TermRule.Unit.WORKING_DAYS) for each in (*days, more)),
        as_of=as_of,
    )


def turn(clock: Clock, *, running: bool, reason: str, at: dt.datetime) -> None:
    """Close the present segment and open the next; the due moment follows."""
    clock.segments.filter(ended_at__isnull=True).update(ended_at=at)
    ClockSegment.objects.create(clock=clock, started_at=at, is_running=running, reason=reason)
    clock.due_at = compute_due(clock)
    clock.save(update_fields=["due_at"])


def stop(clock: Clock, *, at: dt.datetime) -> None:
    """The step is done; the clock keeps its history."""
    clock.segments.filter(ended_at__isnull=True).update(ended_at=at)
    clock.stopped_at = at
    clock.save(update_fields=["stopped_at"])


def restart(clock: Clock, *, reason: str, at: dt.datetime) -> None:
    """A stopped clock goes on for what was left of its term: the time it stood does not count."""
    if clock.stopped_at is not None:
        ClockSegment.objects.create(
            clock=clock, started_at=clock.stopped_at, ended_at=at, is_running=False,
            reason="stopped",
        )  # fmt: skip
    clock.stopped_at = None
    clock.save(update_fields=["stopped_at"])
    turn(clock, running=True, reason=reason, at=at)


def follow_kind(appeal: Appeal) -> None:
    """The kind was corrected: the term of the right kind holds from the day of registration."""
    clock = answer_clock(appeal)
    if clock is None:
        clock = start_answer_clock(appeal, at=appeal.registered_at)
        if clock is not None and appeal.closed_at is not None:
            stop(clock, at=appeal.closed_at)
    else:
        rule = rule_for(appeal, timezone.localdate(clock.started_at))
        if rule is not None and rule.pk != clock.rule_id:
            clock.rule, clock.quantity, clock.unit = rule, rule.quantity, rule.unit
            clock.basis = f"{rule.code} · {rule.source}"
            clock.due_at = compute_due(clock)
            clock.save(update_fields=["rule", "quantity", "unit", "basis", "due_at"])
    appeal.due_at = clock.due_at if clock is not None else None

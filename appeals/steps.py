"""Clocks of single steps: acknowledging, forwarding outside, telling the defects of a request.

An information request has all three (law 1024-IIQ, 23.1, 24.4); any appeal whose topic is outside
the competence has the one for forwarding (law 1308-IVQ, 7.10).
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from appeals.kinds import InquirySort
from appeals.models import Appeal, Clock, TermRule
from appeals.terms import start_clock, stop
from callcenter.kept import Kept

Step = TermRule.Step
#: The steps an information request has of its own.
OF_INFORMATION = (Step.ACKNOWLEDGE, Step.FORWARD, Step.DEFECTS)


def step_rule(appeal: Appeal, step: str, on: dt.date) -> TermRule | None:
    """The rule in force for a step: of the very sort of request, else of requests, else plain."""
    rules = {
        rule.inquiry_sort: rule
        for rule in TermRule.objects.on(on).filter(kind=appeal.kind, step=step).order_by("pk")
    }
    sorts = [appeal.inquiry_sort]
    if appeal.inquiry_sort:
        sorts.append(InquirySort.INFORMATION)
    return next((rules[sort] for sort in sorts if sort in rules), None)


def start_steps(appeal: Appeal, *, at: dt.datetime) -> None:
    """At registration; an anonymous appeal is kept without terms."""
    if appeal.is_anonymous:
        return
    wanted = OF_INFORMATION if appeal.inquiry_sort else ()
    if not wanted and appeal.topic.is_outside:
        wanted = (Step.FORWARD,)
    for step in wanted:
        rule = step_rule(appeal, step, timezone.localdate(at))
        if rule is not None:
            start_clock(
                appeal, use=Clock.Use.STEP, quantity=rule.quantity, unit=rule.unit,
                basis=f"{rule.code} · {rule.source}", at=at, rule=rule,
            )  # fmt: skip


_running = Kept(
    lambda _fixed, appeal: (
        Clock.objects.filter(appeal=appeal, use=Clock.Use.STEP, stopped_at__isnull=True)
        .select_related("rule")
        .order_by("due_at", "id")
    )
)


def running_steps(appeal: Appeal) -> list[Clock]:
    """Clocks of steps not done yet, the nearest first."""
    return _running(appeal=appeal.pk)


def done(appeal: Appeal, step: str, *, at: dt.datetime) -> None:
    """The step was taken: its clock stops; without one there is nothing to stop."""
    for clock in running_steps(appeal):
        if clock.rule is not None and clock.rule.step == step:
            stop(clock, at=at)


def stop_steps(appeal: Appeal, *, at: dt.datetime) -> None:
    """The appeal ended: no step is owed any more."""
    for clock in running_steps(appeal):
        stop(clock, at=at)

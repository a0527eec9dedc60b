"""What people see of reminders: those of an appeal and what comes next, their own, the alarms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from appeals.models import Appeal, Clock
from callcenter.worktime import Calendar
from people.calendar import working_calendar
from people.models import User
from routing.models import Referral
from routing.reminders.models import (
    OWN_TERM,
    LadderStep,
    Reminder,
    ReminderAlarm,
    ReminderTo,
    share_words,
)
from routing.reminders.moments import moment_of

#: Reminders listed beside one appeal; a matter that has more is told the last ones.
MOST_SHOWN = 60


@dataclass(frozen=True)
class Coming:
    """A step of the ladder that is still ahead."""

    at: dt.datetime
    why: str
    target: str
    place: str


def seen_reminders(user: User) -> Q:
    """Reminders of referrals and appeals the reader sees."""
    referrals = Referral.objects.visible_to(user).values("pk")
    appeals = Appeal.objects.visible_to(user).values("pk")
    return Q(referral__in=referrals) | Q(referral__isnull=True, appeal__in=appeals)


def told_of(user: User, appeal_id: int) -> list[ReminderTo]:
    """The rows of an appeal: who, when, in which way, why."""
    kept = Reminder.objects.filter(seen_reminders(user), appeal=appeal_id)
    return _latest(ReminderTo.objects.filter(reminder__in=kept), "reminder__referral")


def told_of_referral(referral_id: int) -> list[ReminderTo]:
    """Those of a referral its reader sees."""
    return _latest(ReminderTo.objects.filter(reminder__referral=referral_id), "reminder")


def _latest(rows: QuerySet[ReminderTo], named: str) -> list[ReminderTo]:
    rows = rows.select_related(named, "user", "in_place_of")
    return list(rows.order_by("-reminder__remind_at", "-reminder_id", "id")[:MOST_SHOWN])


def own_rows(user: User) -> QuerySet[ReminderTo]:
    """What the reader was reminded of, as far as it is still theirs to see."""
    reminders = Reminder.objects.filter(seen_reminders(user))
    rows = ReminderTo.objects.filter(user=user, reminder__in=reminders)
    return rows.select_related("reminder__appeal", "reminder__referral", "in_place_of")


def coming_of(appeal: Appeal, referrals: Iterable[Referral], now: dt.datetime) -> list[Coming]:
    """The steps ahead of the running clocks; a clock that stands has none that could be named."""
    by_clock = {row.clock_id: row for row in referrals if row.is_open and row.clock_id}
    clocks = list(
        Clock.objects.filter(
            Q(pk__in=by_clock) | Q(appeal=appeal, use=Clock.Use.APPEAL), stopped_at__isnull=True
        ).prefetch_related("segments")
    )
    if not clocks or not appeal.is_open:
        return []
    calendar, found = working_calendar(), []
    steps = _steps()
    held = any(row.holds_appeal for row in by_clock.values())
    for clock in clocks:
        referral = by_clock.get(clock.pk)
        for step in steps.get(referral.kind if referral is not None else OWN_TERM, ()):
            if referral is None and held and step.percent < 100:
                continue
            place = referral.structure_name if referral is not None else ""
            found += _ahead(calendar, clock, step, now, place)
    return sorted(found, key=lambda each: each.at)


def coming_of_referral(referral: Referral, now: dt.datetime, calendar: Calendar) -> list[Coming]:
    """The same of one referral alone."""
    clock = referral.clock
    if not (referral.is_open and referral.appeal.is_open) or clock is None or clock.stopped_at:
        return []
    found = []
    for step in _steps(referral.kind).get(referral.kind, ()):
        found += _ahead(calendar, clock, step, now, referral.structure_name)
    return sorted(found, key=lambda each: each.at)


def _steps(*kinds: str) -> dict[str, list[LadderStep]]:
    steps: dict[str, list[LadderStep]] = {}
    rows = LadderStep.objects.filter(is_active=True)
    for step in rows.filter(kind__in=kinds) if kinds else rows:
        steps.setdefault(step.kind, []).append(step)
    return steps


def _ahead(
    calendar: Calendar, clock: Clock, step: LadderStep, now: dt.datetime, place: str
) -> list[Coming]:
    segments = list(clock.segments.all())
    if any(row.ended_at is None and not row.is_running for row in segments):
        return []
    at = moment_of(calendar, clock, segments, (step.percent, step.days_after))
    words = share_words(step.percent, step.days_after)
    return [Coming(at, words, str(step.get_target_display()), place)] if at > now else []


def alarms(user: User) -> QuerySet[ReminderAlarm]:
    """Alarms about what the reader sees."""
    reminders = Reminder.objects.filter(seen_reminders(user))
    return ReminderAlarm.objects.filter(reminder__in=reminders).select_related(
        "reminder__appeal", "reminder__referral", "handled_by"
    )


def open_alarms(user: User) -> QuerySet[ReminderAlarm]:
    return alarms(user).filter(end="")

"""What people see of reminders: those of an appeal and what comes next, their own, the alarms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from appeals.models import Appeal, Clock
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


def told_of(user: User, appeal_id: int, referral_id: int | None = None) -> list[ReminderTo]:
    """The rows of an appeal, or of one of its referrals: who, when, in which way, why."""
    kept = Reminder.objects.filter(seen_reminders(user), appeal=appeal_id)
    if referral_id is not None:
        kept = kept.filter(referral=referral_id)
    rows = ReminderTo.objects.filter(reminder__in=kept).select_related(
        "reminder__referral", "user", "in_place_of", "mail"
    )
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
    steps: dict[str, list[LadderStep]] = {}
    for step in LadderStep.objects.filter(is_active=True):
        steps.setdefault(step.kind, []).append(step)
    held = any(row.holds_appeal for row in by_clock.values())
    for clock in clocks:
        segments = list(clock.segments.all())
        if any(row.ended_at is None and not row.is_running for row in segments):
            continue
        referral = by_clock.get(clock.pk)
        for step in steps.get(referral.kind if referral is not None else OWN_TERM, ()):
            if referral is None and held and step.percent < 100:
                continue
            at = moment_of(calendar, clock, segments, (step.percent, step.days_after))
            if at > now:
                found.append(
                    Coming(
                        at, share_words(step.percent, step.days_after),
                        str(step.get_target_display()),
                        referral.structure_name if referral is not None else "",
                    )
                )  # fmt: skip
    return sorted(found, key=lambda each: each.at)


def alarms(user: User) -> QuerySet[ReminderAlarm]:
    """Alarms about what the reader sees."""
    reminders = Reminder.objects.filter(seen_reminders(user))
    return ReminderAlarm.objects.filter(reminder__in=reminders).select_related(
        "reminder__appeal", "reminder__referral", "handled_by"
    )


def open_alarms(user: User) -> QuerySet[ReminderAlarm]:
    return alarms(user).filter(end="")

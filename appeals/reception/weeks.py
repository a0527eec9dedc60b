"""A week and a day of reception as their pages show them: a fixed number of queries, whatever they hold."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import get_language

from appeals.reception.lifecycle import EXPECTED, OPEN, State
from appeals.reception.models import Reception, ReceptionOfficial, ReceptionSlot
from callcenter.worktime import BAKU, Calendar
from people.calendar import working_calendar
from people.legal import stated
from people.models import User

ONE_DAY = dt.timedelta(days=1)
#: Hours a week shows; more than that is looked at by official.
MOST = 400
#: Receptions that wait for something, shown beside the week.
MOST_OWED = 15


@dataclass
class Hour:
    """One hour with those invited to it whom the reader may see."""

    slot: ReceptionSlot
    rows: list[Reception] = field(default_factory=list)
    is_past: bool = False

    @property
    def hidden(self) -> int:
        """Places taken by people the reader does not see."""
        shown = sum(row.meta.takes_place for row in self.rows)
        return max(self.slot.taken - shown, 0)

    @property
    def free(self) -> int:
        return 0 if self.is_past else self.slot.free


@dataclass
class Day:
    """A day of the week with its hours."""

    date: dt.date
    is_off: bool
    name: str
    is_today: bool
    hours: list[Hour] = field(default_factory=list)

    @property
    def warns(self) -> bool:
        """Hours on a day off: the calendar may have changed after they were made."""
        return self.is_off and any(not hour.slot.is_cancelled for hour in self.hours)


@dataclass
class Week:
    """Monday to Sunday; a weekend without hours is left out."""

    monday: dt.date
    days: list[Day]
    is_cut: bool

    @property
    def sunday(self) -> dt.date:
        return self.monday + 6 * ONE_DAY

    @property
    def before(self) -> dt.date:
        return self.monday - 7 * ONE_DAY

    @property
    def after(self) -> dt.date:
        return self.monday + 7 * ONE_DAY


def week_of(user: User, on: dt.date, official: ReceptionOfficial | None) -> Week:
    """The week of a day."""
    monday = on - ONE_DAY * on.weekday()
    days, is_cut = _days(user, monday, 7, official)
    shown = [day for day in days if day.hours or not day.is_off or day.date.weekday() < 5]
    return Week(monday, shown, is_cut)


def day_of(user: User, on: dt.date, official: ReceptionOfficial | None) -> Day:
    """One day."""
    return _days(user, on, 1, official)[0][0]


def _days(
    user: User, first: dt.date, count: int, official: ReceptionOfficial | None
) -> tuple[list[Day], bool]:
    now, today = timezone.now(), timezone.localdate()
    calendar, language = working_calendar(), get_language() or "az"
    days = {
        day: _day(calendar, day, today, language)
        for day in (first + ONE_DAY * n for n in range(count))
    }
    start = dt.datetime.combine(first, dt.time(), tzinfo=BAKU)
    slots = ReceptionSlot.objects.visible_to(user).between(start, start + ONE_DAY * count)
    if official is not None:
        slots = slots.filter(official=official)
    found = list(slots.select_related("official").order_by("starts_at", "id")[: MOST + 1])
    hours = {slot.pk: Hour(slot, is_past=slot.starts_at <= now) for slot in found[:MOST]}
    for row in receptions_of(user, hours):
        hours[row.slot_id].rows.append(row)
    for hour in hours.values():
        days[timezone.localdate(hour.slot.starts_at)].hours.append(hour)
    return list(days.values()), len(found) > MOST


def _day(calendar: Calendar, on: dt.date, today: dt.date, language: str) -> Day:
    return Day(on, not calendar.is_working(on), calendar.day(on).name(language), on == today)


def receptions_of(user: User, slot_ids: object) -> list[Reception]:
    """Those invited to these hours, with what a line shows of each."""
    rows = Reception.objects.visible_to(user).filter(slot__in=list(slot_ids))
    return list(
        rows.exclude(state__in=(State.DECLINED, State.CANCELLED))
        .select_related("appeal__topic", "appeal__applicant")
        .defer("appeal__searched", "appeal__search", "minutes")
        .order_by("slot_id", "id")
    )


def owed(user: User) -> list[Reception]:
    """Receptions that wait: to be marked, minutes to be written, another hour to be given."""
    now = timezone.now()
    # The open ones have an index of their own; the rest says which of them wait.
    rows = Reception.objects.visible_to(user).filter(
        Q(state__in=(*EXPECTED, State.PRESENT), slot__starts_at__lt=now) | Q(state=State.ABSENT),
        state__in=OPEN,
    )
    return list(
        rows.select_related("slot__official", "appeal")
        .only(
            "state", "slot__starts_at", "slot__official__name", "appeal__number", "appeal__version"
        )
        .order_by("slot__starts_at", "id")[:MOST_OWED]
    )  # fmt: skip


@dataclass(frozen=True)
class Seldom:
    """Officials with fewer days of reception in a month than they should have: how many they have,
    how many are wanted, and whether a source says so."""

    wanted: int
    is_confirmed: bool
    rows: list[tuple[ReceptionOfficial, int]]


def too_seldom(on: dt.date) -> Seldom:
    """Who receives on too few days of the month of a day."""
    wanted, is_confirmed = stated("reception_days_per_month", 1)
    first = on.replace(day=1)
    after = (first + 31 * ONE_DAY).replace(day=1)
    rows = (
        ReceptionSlot.objects.filter(
            cancelled_at__isnull=True,
            starts_at__gte=dt.datetime.combine(first, dt.time(), tzinfo=BAKU),
            starts_at__lt=dt.datetime.combine(after, dt.time(), tzinfo=BAKU),
        )
        .order_by()
        .values(who=F("official"))
        .annotate(days=Count(TruncDate("starts_at", tzinfo=BAKU), distinct=True))
    )
    counted: dict[int, int] = defaultdict(int, {row["who"]: row["days"] for row in rows})
    officials = ReceptionOfficial.objects.on(on).order_by("name")
    rows_seldom = [(one, counted[one.pk]) for one in officials if counted[one.pk] < wanted]
    return Seldom(wanted, is_confirmed, rows_seldom)

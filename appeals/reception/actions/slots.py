"""Hours of reception: made singly or week by week on working days, cancelled with a reason."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions.gate import hold, patient
from appeals.reception.actions.gate import lock_slots
from appeals.reception.actions.meeting import absent
from appeals.reception.lifecycle import EXPECTED
from appeals.reception.models import Reception, ReceptionOfficial, ReceptionSlot
from appeals.reception.policies import may_make_slots
from callcenter.errors import AlreadyDone, Busy, NotAllowed, RuleBroken
from callcenter.templatetags.formats import az_date
from callcenter.text import clean
from callcenter.worktime import BAKU, Calendar
from people.calendar import working_calendar
from people.models import User

ONE_DAY = dt.timedelta(days=1)
#: Hours made in one go, and the longest series in days.
MOST = 300
LONGEST_SERIES = 366
LONGEST_PLACE = 200
LONGEST_REASON = 500


@dataclass(frozen=True)
class Hours:
    """What is asked for: from a day, between two times, in pieces; `until` and `weekdays` repeat it."""

    on: dt.date
    opens: dt.time
    closes: dt.time
    minutes: int
    capacity: int = 1
    until: dt.date | None = None
    weekdays: tuple[int, ...] = ()  # Monday is 0; empty: the weekday of `on`
    place: str = ""
    on_day_off: bool = False  # a single day off is meant, having been warned


def make_slots(
    *, by: User, official_id: int, hours: Hours, client_id: uuid.UUID
) -> tuple[list[ReceptionSlot], list[dt.date]]:
    """Make the hours; the second is the days off a series passed over. The same form again
    returns what it made. An official is never in two places: overlapping hours are refused."""
    official = ReceptionOfficial.objects.current().filter(pk=official_id).first()
    if official is None:
        raise RuleBroken("official_unknown", _("Choose the official."), field="official")
    if not may_make_slots(by, official):
        raise NotAllowed()
    made = list(ReceptionSlot.objects.filter(series=client_id, made_by=by).order_by("starts_at"))
    if made:
        return made, []
    _check(hours)
    calendar = working_calendar()
    days, skipped = _days(hours, calendar)
    spans = [span for day in days for span in _spans(day, hours, calendar)]
    if not spans:
        raise _nothing(hours, calendar, skipped)
    if len(spans) > MOST:
        raise RuleBroken(
            "too_many_slots", _("At most %(most)d hours at once.") % {"most": MOST}, field="until"
        )
    if spans[0][0] <= timezone.now():
        raise RuleBroken("slot_past", _("This hour is past. Choose one still to come."), field="on")
    place = clean(hours.place).strip()[:LONGEST_PLACE] or official.place
    with transaction.atomic():
        with patient():
            ReceptionOfficial.objects.select_for_update().get(pk=official.pk)
        _check_apart(official, spans)
        rows = [
            ReceptionSlot(
                client_id=uuid.uuid5(client_id, start.isoformat()), series=client_id,
                official=official, place=place, starts_at=start, ends_at=end,
                capacity=hours.capacity, made_by=by,
            )
            for start, end in spans
        ]  # fmt: skip
        return ReceptionSlot.objects.bulk_create(rows), skipped


def cancel_slot(slot_id: int, *, by: User, reason: str) -> ReceptionSlot:
    """Take an hour back. Those invited to it are told why, and are owed another one."""
    reason = clean(reason).strip()
    if not reason:
        raise RuleBroken("note_required", _("Give the reason."), field="reason")
    reason = reason[:LONGEST_REASON]
    found = ReceptionSlot.objects.select_related("official").filter(pk=slot_id).first()
    if found is None or not may_make_slots(by, found.official):
        raise NotAllowed()
    with transaction.atomic():
        # Appeals are locked before hours, everywhere: whoever books waits, nobody waits in a ring.
        waiting = _expected(slot_id)
        for _pk, appeal_id in sorted(waiting, key=lambda row: row[1]):
            with hold(appeal_id):
                pass
        slot = lock_slots(slot_id)[slot_id]
        if slot.is_cancelled:
            raise AlreadyDone(_("This hour was cancelled already."))
        if slot.ends_at <= timezone.now():
            raise RuleBroken("slot_past", _("This hour is past; it stays as it was."))
        if _expected(slot_id) != waiting:
            raise Busy(_("Somebody was just invited to this hour. Look again and cancel then."))
        slot.cancelled_at, slot.cancelled_by, slot.cancel_reason = timezone.now(), by, reason
        slot.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
        for reception_id, _appeal in waiting:
            absent(reception_id, by=by, note=reason)
    return slot


def _expected(slot_id: int) -> list[tuple[int, int]]:
    rows = Reception.objects.filter(slot=slot_id, state__in=EXPECTED).order_by("pk")
    return list(rows.values_list("pk", "appeal_id"))


def _check(hours: Hours) -> None:
    if hours.closes <= hours.opens:
        raise RuleBroken("hours_reversed", _("It ends before it begins."), field="closes")
    whole = _at(hours.on, hours.closes) - _at(hours.on, hours.opens)
    if not dt.timedelta(minutes=5) <= dt.timedelta(minutes=hours.minutes) <= whole:
        raise RuleBroken(
            "minutes_range",
            _("A reception takes at least 5 minutes and no longer than the time given."),
            field="minutes",
        )
    if not 1 <= hours.capacity <= 50:
        raise RuleBroken("capacity_range", _("From 1 to 50 places."), field="capacity")
    if hours.until is not None:
        if hours.until < hours.on:
            raise RuleBroken(
                "series_reversed", _("The last day is before the first."), field="until"
            )
        if (hours.until - hours.on).days > LONGEST_SERIES:
            raise RuleBroken(
                "series_too_long", _("A series is at most a year long."), field="until"
            )


def _days(hours: Hours, calendar: Calendar) -> tuple[list[dt.date], list[dt.date]]:
    """The days asked for, and those of them a series leaves out because they are off."""
    if hours.until is None:
        if not calendar.is_working(hours.on) and not hours.on_day_off:
            name = calendar.day(hours.on).name()
            raise RuleBroken(
                "day_off",
                _(
                    "%(date)s is a day off%(name)s. If it is meant, tick that reception is held on it."
                )
                % {"date": az_date(hours.on), "name": f" ({name})" if name else ""},
                field="on_day_off",
            )
        return [hours.on], []
    wanted = set(hours.weekdays) or {hours.on.weekday()}
    days: list[dt.date] = []
    skipped: list[dt.date] = []
    day = hours.on
    while day <= hours.until:
        if day.weekday() in wanted:
            (days if calendar.is_working(day) else skipped).append(day)
        day += ONE_DAY
    return days, skipped


def _spans(
    day: dt.date, hours: Hours, calendar: Calendar
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Pieces of a day that lie within the hours the office is open: lunch and the last hour of a
    short day are left out. On a day off that is meant, all of it."""
    open_hours = calendar.open_hours(day) or ((hours.opens, hours.closes),)
    start, last = _at(day, hours.opens), _at(day, hours.closes)
    length = dt.timedelta(minutes=hours.minutes)
    while start + length <= last:
        end = start + length
        if any(
            _at(day, opens) <= start and end <= _at(day, closes) for opens, closes in open_hours
        ):
            yield start, end
            start = end
        else:
            start = _next_start(day, start, open_hours) or last


def _next_start(
    day: dt.date, after: dt.datetime, open_hours: tuple[tuple[dt.time, dt.time], ...]
) -> dt.datetime | None:
    """The next opening after a moment of the day: reception goes on from there."""
    coming = [_at(day, opens) for opens, _closes in open_hours if _at(day, opens) > after]
    return min(coming, default=None)


def _nothing(hours: Hours, calendar: Calendar, skipped: list[dt.date]) -> RuleBroken:
    if skipped:
        return RuleBroken(
            "only_days_off", _("All the days of this series are days off."), field="until"
        )
    if hours.until is not None and not any(
        (hours.on + ONE_DAY * n).weekday() in hours.weekdays
        for n in range((hours.until - hours.on).days + 1)
    ):
        return RuleBroken(
            "no_such_weekday",
            _("None of these weekdays is between the two days."),
            field="weekdays",
        )
    return RuleBroken(
        "outside_hours",
        _("The office is not open then. It is open %(hours)s.")
        % {
            "hours": ", ".join(
                f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in calendar.open_hours(hours.on)
            )
        },
        field="opens",
    )


def _check_apart(official: ReceptionOfficial, spans: list[tuple[dt.datetime, dt.datetime]]) -> None:
    known = ReceptionSlot.objects.filter(
        official=official, cancelled_at__isnull=True,
        starts_at__lt=spans[-1][1], ends_at__gt=spans[0][0],
    ).order_by("starts_at")  # fmt: skip
    for slot in known:
        if any(slot.starts_at < end and start < slot.ends_at for start, end in spans):
            at = timezone.localtime(slot.starts_at)
            raise RuleBroken(
                "slots_overlap",
                _("%(name)s receives then already: %(date)s, %(from)s–%(to)s.")
                % {
                    "name": official.name,
                    "date": az_date(at),
                    "from": f"{at:%H:%M}",
                    "to": f"{timezone.localtime(slot.ends_at):%H:%M}",
                },
                field="opens",
            )


def _at(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=BAKU)

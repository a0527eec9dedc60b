"""Changing the working calendar: a draft resting on an act, derived days, applied once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from callcenter.text import clean
from callcenter.worktime import Calendar, Day
from people.audit import audit
from people.calendar import working_calendar
from people.models import (
    CalendarChange,
    CalendarChangeDay,
    CalendarDay,
    CalendarVersion,
    Role,
    User,
)
from people.models.calendar import DayKind
from people.standing import standing_of

ONE_DAY = dt.timedelta(days=1)
#: Rest days a holiday passes over before it finds a working day to move to; beyond it is a mistake.
FARTHEST = 30
SHORT = ("Qısaldılmış iş günü", "Shorter working day", "Сокращённый рабочий день")


def draft_change(
    *, by: User, act: str, act_on: dt.date | None, client_id: uuid.UUID
) -> CalendarChange:
    """Begin a change; it names the act it rests on, with its date."""
    _administrator(by)
    act = clean(act).strip()[:220]
    if not act:
        raise RuleBroken("act_required", _("Name the act the change rests on."), field="act")
    if act_on is None:
        raise RuleBroken("act_date_required", _("Give the date of the act."), field="act_on")
    if act_on > timezone.localdate():
        raise RuleBroken(
            "act_in_future", _("The act is dated in the future. Correct its date."), field="act_on"
        )
    change, _made = CalendarChange.objects.get_or_create(
        client_id=client_id, defaults={"act": act, "act_on": act_on, "made_by": by}
    )
    return change


def set_day(
    change_id: int,
    *,
    by: User,
    date: dt.date,
    kind: str,
    name_az: str = "",
    name_en: str = "",
    name_ru: str = "",
    is_estimated: bool = False,
    is_late: bool = False,
) -> CalendarChangeDay:
    """Put a day into the draft. A day already past changes terms that were counted with it, so
    it is taken only when `is_late` says that the act came late."""
    with transaction.atomic():
        change = _draft(change_id, by)
        if kind and kind not in DayKind.values:
            raise RuleBroken("kind_required", _("Choose what the day is."), field="kind")
        if date < timezone.localdate() and not is_late:
            raise RuleBroken(
                "day_past",
                _("%(date)s is past: terms were counted with it. Tick “the act came late” if so.")
                % {"date": f"{date:%d.%m.%Y}"},
                field="date",
            )
        names = [clean(name).strip()[:120] for name in (name_az, name_en, name_ru)]
        if kind and not names[0] and kind != DayKind.SHORT:
            raise RuleBroken("name_required", _("Name the day in Azerbaijani."), field="name_az")
        if kind == DayKind.SHORT and not names[0]:
            names = list(SHORT)
        row, _made = CalendarChangeDay.objects.update_or_create(
            change=change,
            date=date,
            defaults={
                "kind": kind,
                "name_az": names[0],
                "name_en": names[1],
                "name_ru": names[2],
                "is_estimated": is_estimated,
            },
        )
    return row


def drop_day(change_id: int, *, by: User, day_id: int) -> None:
    """Take a day out of the draft."""
    with transaction.atomic():
        _draft(change_id, by).days.filter(pk=day_id).delete()


def derive_days(change_id: int, *, by: User) -> int:
    """What the Labour Code adds to the draft: a holiday on a rest day moves the rest to the next
    working day (105), the working day before a holiday is one hour shorter (108)."""
    added = 0
    with transaction.atomic():
        change = _draft(change_id, by)
        calendar = calendar_with(change)
        mine = list(change.days.all())
        for row in [row for row in mine if row.kind == DayKind.HOLIDAY]:
            if row.date.weekday() in calendar.weekend:
                moved = _next_working(calendar, row.date)
                name = tuple(filter(None, (row.name_az, row.name_en, row.name_ru)))
                added += _derive(change, moved, DayKind.MOVED, name)
                calendar = calendar_with(change)
        for row in change.days.filter(kind=DayKind.HOLIDAY):
            eve = row.date - ONE_DAY
            if calendar.day(eve).kind == "working":
                added += _derive(change, eve, DayKind.SHORT, SHORT)
    return added


def drop_change(change_id: int, *, by: User) -> CalendarChange:
    """Give the draft up; it stays in the list."""
    with transaction.atomic():
        change = _draft(change_id, by)
        change.state = CalendarChange.State.DROPPED
        change.save(update_fields=["state"])
    return change


def apply_change(change_id: int, *, by: User) -> CalendarChange:
    """Write the draft into the calendar, once; every process sees the new version at once.

    The terms that follow are recomputed by whoever calls this, in the same transaction.
    """
    with transaction.atomic():
        CalendarVersion.objects.select_for_update().get_or_create(pk=1)
        change = _draft(change_id, by)
        rows = list(change.days.all())
        if not rows:
            raise RuleBroken("no_days", _("Add the days that change."), field="date")
        known = {
            row.date: row for row in CalendarDay.objects.filter(date__in=[r.date for r in rows])
        }
        for row in rows:
            old = known.get(row.date)
            row.before = f"{old.kind} {old.name_az}"[:160] if old else ""
            row.save(update_fields=["before"])
            _write(change, row)
            audit(
                "calendar.day",
                by=by,
                object_kind="calendar",
                object_ref=row.date.isoformat(),
                detail={
                    "old": old.kind if old else "", "new": row.kind, "act": str(change),
                },
            )  # fmt: skip
        CalendarVersion.objects.filter(pk=1).update(version=F("version") + 1)
        change.state = CalendarChange.State.APPLIED
        change.applied_by, change.applied_at = by, timezone.now()
        change.save(update_fields=["state", "applied_by", "applied_at"])
    return change


def calendar_with(change: CalendarChange) -> Calendar:
    """The calendar as it would be with the draft applied."""
    present = working_calendar()
    days = dict(present.days)
    for row in change.days.all():
        if row.kind:
            days[row.date] = Day(
                row.date, row.kind, name_az=row.name_az, name_en=row.name_en,
                name_ru=row.name_ru, estimated=row.is_estimated,
            )  # fmt: skip
        else:
            days.pop(row.date, None)
    return Calendar(days, hours=present.hours)


def _write(change: CalendarChange, row: CalendarChangeDay) -> None:
    if not row.kind:
        CalendarDay.objects.filter(date=row.date).delete()
        return
    CalendarDay.objects.update_or_create(
        date=row.date,
        defaults={
            "kind": row.kind,
            "name_az": row.name_az,
            "name_en": row.name_en,
            "name_ru": row.name_ru,
            "act": change.act,
            "act_on": change.act_on,
            "is_estimated": row.is_estimated,
        },
    )


def _derive(change: CalendarChange, on: dt.date, kind: str, names: Iterable[str]) -> int:
    parts = (*names, "", "", "")[:3]
    _row, made = CalendarChangeDay.objects.get_or_create(
        change=change,
        date=on,
        defaults={"kind": kind, "name_az": parts[0], "name_en": parts[1], "name_ru": parts[2]},
    )
    return int(made)


def _next_working(calendar: Calendar, after: dt.date) -> dt.date:
    for _step in range(FARTHEST):
        after += ONE_DAY
        if calendar.is_working(after):
            return after
    raise RuleBroken("no_working_day", _("No working day follows this holiday within a month."))


def _draft(change_id: int, by: User) -> CalendarChange:
    _administrator(by)
    change = CalendarChange.objects.select_for_update(of=("self",)).filter(pk=change_id).first()
    if change is None:
        raise NotAllowed()
    if change.state == CalendarChange.State.APPLIED:
        raise AlreadyDone(
            _("Applied by %(name)s at %(time)s.")
            % {
                "name": change.applied_by.name if change.applied_by else "—",
                "time": f"{timezone.localtime(change.applied_at):%d.%m.%Y %H:%M}",
            }
        )
    if change.state == CalendarChange.State.DROPPED:
        raise RuleBroken("change_dropped", _("This change was given up. Begin a new one."))
    return change


def _administrator(by: User) -> None:
    if not standing_of(by).has(Role.ADMINISTRATOR):
        raise NotAllowed()

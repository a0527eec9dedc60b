"""Who is to be reminded of a reception now."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from appeals.reception.models import Reception
from callcenter.worktime import BAKU
from people.calendar import working_calendar
from people.legal import number

#: No row of days off is longer than this.
FARTHEST = dt.timedelta(days=30)


def due_reminders(now: dt.datetime, limit: int = 200) -> list[int]:
    """Ids of receptions still to come whose reminder is due: so many working days before, from the
    hour the office opens. Whoever was invited later than that needs no reminder."""
    days = number("reception_reminder_days", 1)
    if days <= 0:
        return []
    calendar = working_calendar()
    rows = (
        Reception.objects.expected()
        .filter(
            reminded_at__isnull=True, slot__starts_at__gt=now,
            slot__starts_at__lt=now + FARTHEST + dt.timedelta(days=2 * days),
        )
        .order_by("slot__starts_at", "id")
        .values_list("id", "slot__starts_at", "invited_at")
    )  # fmt: skip
    found = []
    for pk, starts_at, invited_at in rows.iterator(chunk_size=500):
        day = calendar.add_working_days(timezone.localdate(starts_at), -days)
        moment = dt.datetime.combine(day, calendar.open_hours(day)[0][0], tzinfo=BAKU)
        if invited_at < moment <= now:
            found.append(pk)
    return found[:limit]

"""The sweep: what was reached since the last one becomes reminders, in one transaction. It may miss
hours, run twice, or die anywhere: the next one finds the same rows to make, and none twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import chain

from django.db import connection, transaction
from django.utils import timezone

from people.calendar import working_calendar
from routing.reminders import statements as sql
from routing.reminders.models import LadderStep
from routing.reminders.moments import own_moments, shared_moments

#: One sweep at a time: the key of its lock.
LOCK = 7_017_001
#: So many reminders made at once may be most of those there are.
MANY = 10_000
#: Hundreds of thousands of rows are joined and sorted in memory, not in files.
ROOM = "SET LOCAL work_mem = '96MB'"


@dataclass(frozen=True)
class Swept:
    """What a sweep did; nothing at all where another was under way."""

    made: int = 0
    withdrawn: int = 0
    found: int = 0  # alarms that ended because somebody is there now
    alarms: int = 0


def sweep(now: dt.datetime | None = None) -> Swept:
    """Withdraw what no longer holds, make what was reached, find whom it goes to, raise an alarm
    where there is nobody."""
    now = now or timezone.now()
    moment = {"now": now, "today": timezone.localdate(now)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return Swept()

        def run(statement: str) -> int:
            cursor.execute(statement, moment)
            return max(cursor.rowcount, 0)

        cursor.execute(ROOM)
        withdrawn = run(sql.WITHDRAW)
        cursor.execute(sql.TABLES)
        cursor.execute(sql.CLOCKS)
        cursor.execute("ANALYZE reminder_clock")
        _tell_moments(cursor, now)
        made = run(sql.MAKE_FOR_REFERRALS) + run(sql.MAKE_FOR_APPEALS)
        if made > MANY:
            # The next sweep is planned by what is there now, not by what was.
            cursor.execute("ANALYZE routing_reminder")
        run(sql.WAITING)
        cursor.execute("ANALYZE reminder_waiting")
        run(sql.ADDRESS)
        found = run(sql.FOUND)
        run(sql.LOST)
        alarms = run(sql.ALARM)
        cursor.execute(f"DROP TABLE {sql.DROPPED}")
        return Swept(made, withdrawn, found, alarms)


def _tell_moments(cursor, now: dt.datetime) -> None:
    """The moments that have come, as a table the statements join."""
    calendar = working_calendar()
    marks = sorted(
        LadderStep.objects.filter(is_active=True)
        .values_list("percent", "days_after")
        .order_by()
        .distinct()
    )
    found = chain(shared_moments(calendar, marks), own_moments(calendar, marks))
    rows = [(each.course, *each.mark, each.at) for each in found if each.at <= now]
    names = ("course", "percent", "days", "at")
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    cursor.execute(sql.FILL, {name: list(one) for name, one in zip(names, columns, strict=True)})
    cursor.execute("ANALYZE reminder_moment")

"""The working calendar of the ministry, built from its rows and kept per process."""

from __future__ import annotations

from functools import lru_cache

from callcenter import prepared
from callcenter.worktime import Calendar, Day
from people.models import CalendarDay


def working_calendar() -> Calendar:
    """The calendar in force; rebuilt when an administrator has changed a day."""
    # Asked several times by many requests, hence not put together anew each time.
    found = prepared.rows("SELECT version FROM people_calendarversion ORDER BY id LIMIT 1")
    return _calendar(found[0][0] if found else 0)


@lru_cache(maxsize=2)
def _calendar(version: int) -> Calendar:
    return Calendar.of(
        Day(
            row.date,
            row.kind,
            name_az=row.name_az,
            name_en=row.name_en,
            name_ru=row.name_ru,
            estimated=row.is_estimated,
        )
        for row in CalendarDay.objects.all()
    )


def forget() -> None:
    """For tests: a rolled back change must not live on in the process."""
    _calendar.cache_clear()

"""Periods of a report: calendar months, quarters, half-years, years, and any two dates, in Baku."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callcenter.errors import RuleBroken

FIRST_YEAR = 2000
LONGEST_DAYS = 3700


class Sort(models.TextChoices):
    """Which report a period makes (DIN 11.3: monthly, quarterly, half-year and annual)."""

    DAILY = "daily", gettext_lazy("Daily brief")
    WEEKLY = "weekly", gettext_lazy("Weekly")
    MONTHLY = "monthly", gettext_lazy("Monthly")
    QUARTERLY = "quarterly", gettext_lazy("Quarterly")
    HALF_YEAR = "half_year", gettext_lazy("Half-year")
    ANNUAL = "annual", gettext_lazy("Annual")
    CUSTOM = "custom", gettext_lazy("Any period")


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included."""

    first: dt.date
    last: dt.date

    @property
    def start(self) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(self.first, dt.time()))

    @property
    def end(self) -> dt.datetime:
        """The first moment after the period."""
        return timezone.make_aware(dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time()))

    @property
    def is_whole_months(self) -> bool:
        return self.first.day == 1 and (self.last + dt.timedelta(days=1)).day == 1

    @property
    def label(self) -> str:
        last = "" if self.first == self.last else f" – {self.last:%d.%m.%Y}"
        return f"{self.first:%d.%m.%Y}{last}"

    @property
    def sort(self) -> Sort:
        """The report this period makes: a whole month, quarter, half-year, year, week, a day."""
        if self.first == self.last:
            return Sort.DAILY
        if self.is_whole_months and self.first.year == self.last.year:
            months = self.last.month - self.first.month + 1
            if (self.first.month - 1) % months == 0 and months in _BY_MONTHS:
                return _BY_MONTHS[months]
        if self.first.weekday() == 0 and (self.last - self.first).days == 6:
            return Sort.WEEKLY
        return Sort.CUSTOM

    def previous(self) -> Period:
        """As many whole months before when the period is of whole months, else as many days."""
        last = self.first - dt.timedelta(days=1)
        if self.is_whole_months:
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month
            return Period(_months(self.first, -(months + 1)), last)
        return Period(last - (self.last - self.first), last)

    def year_before(self) -> Period:
        """The same dates a year earlier; the end of February follows the year."""
        if self.is_whole_months:
            end = _months(self.last + dt.timedelta(days=1), -12)
            return Period(_months(self.first, -12), end - dt.timedelta(days=1))
        return Period(_year_before(self.first), _year_before(self.last))


_BY_MONTHS = {1: Sort.MONTHLY, 3: Sort.QUARTERLY, 6: Sort.HALF_YEAR, 12: Sort.ANNUAL}


def before(day: dt.date, sort: Sort) -> Period:
    """The last whole period of the sort that ended before the day."""
    if sort == Sort.DAILY:
        return Period(day - dt.timedelta(days=1), day - dt.timedelta(days=1))
    if sort == Sort.WEEKLY:
        monday = day - dt.timedelta(days=day.weekday() + 7)
        return Period(monday, monday + dt.timedelta(days=6))
    length = next(months for months, one in _BY_MONTHS.items() if one == sort)
    this = day.replace(month=(day.month - 1) // length * length + 1, day=1)
    return Period(_months(this, -length), this - dt.timedelta(days=1))


def _months(first: dt.date, count: int) -> dt.date:
    number = first.year * 12 + first.month - 1 + count
    return dt.date(number // 12, number % 12 + 1, 1)


def _year_before(day: dt.date) -> dt.date:
    if (day.month, day.day) == (2, 29):
        return dt.date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


def parse(text: str) -> Period:
    """2026, 2026-H1, 2026-Q3, 2026-10, or 2026-10-01..2026-10-15; RuleBroken for anything else."""
    text = text.strip().upper()
    try:
        period = _parsed(text)
    except ValueError:
        period = None
    if period is None:
        raise RuleBroken(
            "bad_period",
            _("“%(text)s” is not a period. Write 2026-10, 2026-Q3, 2026-H1, 2026 or two dates.")
            % {"text": text[:40]},
            field="period",
        )
    return checked(period)


def checked(period: Period) -> Period:
    """The period itself; RuleBroken when it is backwards, too long or out of time."""
    if period.last < period.first:
        raise RuleBroken("period_backwards", _("The period ends before it starts."), field="period")
    too_long = (period.last - period.first).days > LONGEST_DAYS
    if period.first.year < FIRST_YEAR or period.last.year > 2200 or too_long:
        raise RuleBroken("period_range", _("There are no appeals of that time."), field="period")
    return period


def _parsed(text: str) -> Period | None:
    if found := re.fullmatch(r"(\d{4}-\d\d-\d\d)\s*\.\.\s*(\d{4}-\d\d-\d\d)", text):
        return Period(dt.date.fromisoformat(found[1]), dt.date.fromisoformat(found[2]))
    if not (found := re.fullmatch(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d\d)))?", text)):
        return None
    year = int(found[1])
    if found[2]:
        month, count = 3 * int(found[2]) - 2, 3
    elif found[3]:
        month, count = 6 * int(found[3]) - 5, 6
    elif found[4]:
        month, count = int(found[4]), 1
    else:
        month, count = 1, 12
    first = dt.date(year, month, 1)
    return Period(first, _months(first, count) - dt.timedelta(days=1))

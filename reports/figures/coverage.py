"""Whether a period can be told at all: a figure that cannot be known says so, and until when."""

from __future__ import annotations

import datetime as dt

from django.db.models import Min
from django.utils.translation import gettext as _

from callcenter.templatetags.formats import az_date
from reports.facts.filling import repeat_days
from reports.figures.registry import Figure, Grain
from reports.models import DayFact
from reports.periods import Period


def first_day() -> dt.date | None:
    """The day of the first appeal; None while there is none."""
    found = DayFact.objects.filter(dimension="").aggregate(first=Min("day"))["first"]
    return found if isinstance(found, dt.date) else None


def missing(figure: Figure, period: Period | None, today: dt.date, begin: dt.date | None) -> str:
    """Why the figure is not told for the period; empty when it is."""
    if period is None or not figure.takes_period:
        return ""
    if period.first > today:
        return _("The period has not begun.")
    if begin is not None and period.last < begin:
        return _("Appeals are kept since %(day)s.") % {"day": az_date(begin)}
    if figure.grain is Grain.OPEN and period.first >= today:
        return _("The day is not over.")
    if figure.settles:
        known = period.last + dt.timedelta(days=repeat_days() + 1)
        if today < known:
            return _("Known on %(day)s.") % {"day": az_date(known)}
    return ""


def is_partial(period: Period, begin: dt.date | None) -> bool:
    """A period that began before appeals were kept is no measure for another."""
    return begin is not None and period.first < begin

"""Working days and terms; see terms.py for the rules, official.py for the holidays."""

from callcenter.worktime.official import holiday_overrides
from callcenter.worktime.terms import (
    BAKU,
    DAY_KINDS,
    OFFICE_HOURS,
    UNITS,
    Calendar,
    Day,
    DayStep,
    Hours,
    HourStep,
    Segment,
    Term,
    due_with_segments,
    elapsed_share,
    explain_hours,
    moment_of_share,
    moments_of_shares,
    shortened,
)

__all__ = [
    "BAKU",
    "DAY_KINDS",
    "OFFICE_HOURS",
    "UNITS",
    "Calendar",
    "Day",
    "DayStep",
    "HourStep",
    "Hours",
    "Segment",
    "Term",
    "due_with_segments",
    "elapsed_share",
    "explain_hours",
    "holiday_overrides",
    "moment_of_share",
    "moments_of_shares",
    "shortened",
]

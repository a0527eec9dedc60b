"""What sentences are written from: plain numbers, no words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from reports.periods import Period


@dataclass(frozen=True)
class Compared:
    """A figure of the period, of the one before and of a year ago; None: nothing was kept then."""

    now: int
    previous: int | None = None
    year_ago: int | None = None


@dataclass(frozen=True)
class Summary:
    """The figures the summary tells."""

    period: Period
    received: Compared
    kinds: dict[str, int]  # by code of the kind
    repeats: int
    answered_at_once: int
    referred: int
    ended: int
    ended_late: int
    overdue: int
    on_time_share: Decimal | None = None
    on_time_before: Decimal | None = None
    median_days: Decimal | None = None


@dataclass(frozen=True)
class Growth:
    """A topic that grew."""

    name: str
    before: int
    now: int

"""How a figure is declared: once, with its definition; everything else is derived from this."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.tables import Kind


class Measure(StrEnum):
    """What is computed of the rows behind a figure."""

    COUNT = "count"
    SHARE = "share"  # of `where` in `of`, per cent
    MEDIAN = "median"
    P90 = "p90"
    MEAN = "mean"


class Grain(StrEnum):
    """What one row behind the figure is."""

    APPEAL = "appeal"  # facts of appeals, cut by a day of theirs
    OPEN = "open"  # appeals open at the end of the period's last day
    LIVE = "live"  # open appeals of this moment
    NOTICE = "notice"  # appeals by the notices owed in the period
    REFERRAL = "referral"


class Unit(StrEnum):
    """What the value is counted in."""

    APPEALS = "appeals"
    REFERRALS = "referrals"
    PER_CENT = "per_cent"
    DAYS = "days"
    POINTS = "points"


UNITS: dict[Unit, str | Promise] = {
    Unit.APPEALS: _("appeals"),
    Unit.REFERRALS: _("referrals"),
    Unit.PER_CENT: _("%"),
    Unit.DAYS: _("calendar days"),
    Unit.POINTS: _("points of 5"),
}
KINDS = {
    Unit.APPEALS: Kind.INTEGER,
    Unit.REFERRALS: Kind.INTEGER,
    Unit.PER_CENT: Kind.SHARE,
    Unit.DAYS: Kind.DAYS,
    Unit.POINTS: Kind.DECIMAL,
}

#: What appeals can be cut by: the code in addresses and the name.
DIMENSIONS: dict[str, str | Promise] = {
    "kind": _("Kind"),
    "topic": _("Topic"),
    "structure": _("Responsible structure"),
    "region": _("Region"),
    "channel": _("Channel"),
    "language": _("Language"),
    "operator": _("Operator"),
    "closer": _("Closed by"),
    "outcome": _("Outcome"),
    "ground": _("Ground"),
}
#: Those whose values form a tree: a value stands for its whole branch.
TREES = frozenset({"topic", "structure"})
#: What both the dashboards and the lists can be filtered by.
FILTERS = ("kind", "topic", "structure", "region", "channel", "language")

_COMMON = frozenset(FILTERS)
ALL = frozenset(DIMENSIONS)


@dataclass(frozen=True)
class Moment:
    """What a condition may depend on: now, and the first moments of today and of tomorrow."""

    now: dt.datetime
    today: dt.datetime
    tomorrow: dt.datetime
    #: The day at whose end open appeals are looked at.
    day: dt.date


Condition = Q | Callable[[Moment], Q]


@dataclass(frozen=True)
class Figure:
    """One figure: its words, the rows behind it, what is computed of them, how empty is shown."""

    code: str
    name: str | Promise
    definition: str | Promise
    source: str | Promise
    grain: Grain = Grain.APPEAL
    measure: Measure = Measure.COUNT
    #: The day of a row by which a period takes it; empty for referrals of this moment.
    clock: str = "registered_on"
    where: Condition = field(default_factory=Q)
    of: Q | None = None
    #: The same told by the appeal's own row, where that tells it: `where`, and `of`.
    row: Q | None = None
    of_row: Q | None = None
    #: So few appeals that they are looked up one by one, along an index of their own facts.
    is_rare: bool = False
    #: What is measured, for medians and means; tenths are divided away.
    value: str = ""
    divide: int = 1
    #: Columns of the kept days that hold `where` and `of`.
    column: str = ""
    of_column: str = ""
    dimensions: frozenset[str] = ALL
    unit: Unit = Unit.APPEALS
    #: What stands where there is nothing: nought for counts, a dash where nothing can be divided.
    empty: str = "0"
    #: Days after the period's end until which the figure is not known.
    settles: str = ""
    #: True when more is better, False when less is, None when neither.
    more_is_better: bool | None = None

    @property
    def kind(self) -> Kind:
        """How the value is written in tables and charts."""
        return KINDS[self.unit]

    @property
    def unit_name(self) -> str | Promise:
        return UNITS[self.unit]

    def condition(self, at: Moment) -> Q:
        """The rows counted, of those the period takes."""
        return self.where if isinstance(self.where, Q) else self.where(at)

    @property
    def takes_period(self) -> bool:
        """False for figures of this moment."""
        return self.grain is not Grain.LIVE and bool(self.clock)

    @property
    def has_line(self) -> bool:
        """Whether it is told over time: what was counted by day adds up, a median does not."""
        is_kept = self.grain in (Grain.APPEAL, Grain.REFERRAL, Grain.OPEN) and self.takes_period
        return is_kept and not self.value


_figures: dict[str, Figure] = {}


def declare(*figures: Figure) -> None:
    """Add figures to the catalogue; a code is declared once."""
    for figure in figures:
        if figure.code in _figures:
            raise ValueError(f"the figure {figure.code!r} is declared twice")
        _figures[figure.code] = figure


def figure(code: str) -> Figure:
    """The figure of that code; KeyError for an unknown one."""
    return _figures[code]


def figures() -> list[Figure]:
    """All figures in the order of their declaration."""
    return list(_figures.values())


def common(*more: str) -> frozenset[str]:
    """The dimensions every row has, and the named ones."""
    return _COMMON | frozenset(more)

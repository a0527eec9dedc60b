"""What the sector head must look at: appeals whose term ends, and unusual rises."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from appeals.kinds import Kind
from appeals.lifecycle import Status
from appeals.models import Appeal
from people.models import User
from reports.facts.rises import rises_of
from reports.figures.computing import Asked, Reading, read
from reports.figures.cut import Cut
from reports.models import Rise
from reports.periods import Period

ATTENTION = 12
#: Rises shown at once, the steepest first.
MOST_RISES = 5


def attention(user: User, now: dt.datetime) -> list[Appeal]:
    """The open appeals whose term ends first or has passed; those that wait for the applicant
    have no running term."""
    rows = Appeal.objects.visible_to(user).open().filter(due_at__isnull=False)
    rows = rows.exclude(status=Status.WAITING)
    return list(rows.for_list().order_by("due_at", "id")[:ATTENTION])


@dataclass(frozen=True)
class Shown:
    """A rise with the appeals behind it, as the reader sees them."""

    rise: Rise
    reading: Reading

    @property
    def kind(self) -> str:
        return str(Kind(self.rise.kind).label)

    @property
    def times(self) -> Decimal:
        return round(Decimal(self.rise.count) / max(self.rise.usual, Decimal("0.5")), 1)


def rises(asked: Asked) -> list[Shown]:
    """Rises of today and yesterday; under a filter, those it leaves."""
    today = asked.at.today.date()
    shown = []
    for rise in rises_of(today - dt.timedelta(days=1), today)[:MOST_RISES]:
        cut = Cut(kind=rise.kind, topic=rise.topic)
        there = asked.about(period=Period(rise.day, rise.day), cut=cut)
        reading = read(["received"], there)["received"]
        if reading.count:
            shown.append(Shown(rise, reading))
    return shown

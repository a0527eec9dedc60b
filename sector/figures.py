"""What the sector head must look at: appeals whose term ends, and unusual rises."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appeals.kinds import Kind
from appeals.lifecycle import Status
from appeals.models import Appeal, Notice, Rating
from appeals.paging import capped
from callcenter.text import az_lower
from people.models import Role, User
from people.standing import standing_of
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
class Waiting:
    """Applicants whom only a person can help now, and the list they stand on."""

    label: str
    count: str
    url: str


def outside(user: User) -> list[Waiting]:
    """Dissatisfied applicants and notices that did not arrive; nothing for those who take no steps."""
    if not standing_of(user).has(Role.SECTOR_HEAD):
        return []
    notices = Notice.objects.visible_to(user)
    lines = [
        (
            _("Dissatisfied"),
            Rating.objects.visible_to(user).dissatisfied(),
            reverse("dissatisfied"),
        ),
        (_("Not delivered"), notices.undelivered(), reverse("notices")),
        (_("To tell by phone"), notices.to_tell(), f"{reverse('notices')}?list=tell"),
    ]
    counted = [Waiting(label, capped(rows), url) for label, rows, url in lines]
    return [line for line in counted if line.count != "0"]


@dataclass(frozen=True)
class Shown:
    """A rise with the appeals behind it, as the reader sees them."""

    rise: Rise
    reading: Reading

    @property
    def kind(self) -> str:
        return str(Kind(self.rise.kind).label)

    @property
    def weekday(self) -> str:
        """Inside a sentence only English begins it with a capital."""
        name = date_format(self.rise.day, "l")
        return name if get_language() == "en" else az_lower(name)

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

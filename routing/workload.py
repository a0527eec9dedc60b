"""A head's view of the own structure: who has how much, and what is late."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils import timezone

from people.models import Structure, User
from routing.models import Referral
from routing.querysets import ReferralQuerySet, end_of_soon

#: Answers of so many days are looked back on.
LOOK_BACK = dt.timedelta(days=30)


def answered_lately(rows: ReferralQuerySet, now: dt.datetime | None = None) -> ReferralQuerySet:
    """Those of the last thirty days, as the figures count them."""
    found: ReferralQuerySet = rows.filter(answered_at__gte=(now or timezone.now()) - LOOK_BACK)
    return found


@dataclass
class Load:
    """One executor's work, or that of nobody yet."""

    executor: User | None
    open: int = 0
    to_approve: int = 0
    rework: int = 0
    soon: int = 0
    overdue: int = 0
    answered: int = 0
    late: int = 0

    @property
    def in_time_share(self) -> int | None:
        """Of the answers of the last days, how many in a hundred came in time."""
        return round(100 * (self.answered - self.late) / self.answered) if self.answered else None


def workload(structures: frozenset[int], now: dt.datetime) -> list[Load]:
    """Open work by executor, the latest first; two statements whatever the structure's size."""
    soon = end_of_soon(now)
    mine = Referral.objects.filter(structure_id__in=structures)
    is_due = Q(due_at__lt=now)
    rows = (
        mine.open()
        .order_by()
        .values("executor_id")
        .annotate(
            n=Count("id"),
            to_approve=Count("id", filter=Q(status="to_approve")),
            rework=Count("id", filter=Q(status="rework")),
            soon=Count("id", filter=~is_due & Q(due_at__lte=soon)),
            overdue=Count("id", filter=is_due),
        )
    )
    loads: dict[int | None, Load] = {}
    for row in rows:
        loads[row["executor_id"]] = Load(
            None, row["n"], row["to_approve"], row["rework"], row["soon"], row["overdue"]
        )
    given = (
        answered_lately(mine, now)
        .order_by()
        .values("executor_id")
        .annotate(n=Count("id"), late=Count("id", filter=Q(answered_at__gt=F("due_at"))))
    )
    for row in given:
        load = loads.setdefault(row["executor_id"], Load(None))
        load.answered, load.late = row["n"], row["late"]
    people = User.objects.in_bulk([pk for pk in loads if pk is not None])
    for pk, load in loads.items():
        load.executor = people.get(pk) if pk is not None else None
    return sorted(
        loads.values(),
        key=lambda load: (-load.overdue, -load.open, load.executor.name if load.executor else ""),
    )


def total(loads: list[Load]) -> Load:
    """The structure as a whole."""
    whole = Load(None)
    for load in loads:
        for name in ("open", "to_approve", "rework", "soon", "overdue", "answered", "late"):
            setattr(whole, name, getattr(whole, name) + getattr(load, name))
    return whole


def headed_by(structures: frozenset[int]) -> list[Structure]:
    """The structures the reader heads, for the title."""
    return list(Structure.objects.filter(pk__in=structures).order_by("path"))

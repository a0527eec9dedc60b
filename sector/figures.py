"""What the sector head must know now: few statements over the open appeals, each figure with
the address of its list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appeals.kinds import Kind
from appeals.lifecycle import OPEN, STATUSES, Status
from appeals.models import Appeal
from people.models import Structure, User

ATTENTION = 12


@dataclass(frozen=True)
class Figure:
    """A number, what it is, and the list it counts; None where there is nothing to divide."""

    label: str | Promise
    value: int | float | None
    url: str
    tone: str = ""


def listed(**query: str) -> str:
    """The address of the list of appeals cut by the query."""
    return f"{reverse('appeals')}?{urlencode(query)}"


def day_bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """The day's first moment in Baku and the next day's."""
    start = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    return start, start + dt.timedelta(days=1)


def now_figures(user: User, now: dt.datetime) -> list[Figure]:
    """One statement over the open appeals and one over today's."""
    today = timezone.localdate(now)
    start, end = day_bounds(today)
    seen = Appeal.objects.visible_to(user)
    running = ~Q(status=Status.WAITING)
    found = (
        seen.open()
        .order_by()
        .aggregate(
            open=Count("id"),
            today=Count("id", filter=Q(due_at__gte=start, due_at__lt=end)),
            overdue=Count("id", filter=Q(due_at__lt=now) & running),
            unassigned=Count("id", filter=Q(owner__isnull=True)),
            check=Count("id", filter=Q(status=Status.ANSWERED)),
        )
    )
    came = seen.filter(registered_at__gte=start, registered_at__lt=end).count()
    since = today.isoformat()
    return [
        Figure(_("Registered today"), came, listed(since=since, until=since)),
        Figure(_("Due today"), found["today"], listed(tab="today")),
        Figure(
            _("Overdue"), found["overdue"], listed(tab="overdue"), "bad" if found["overdue"] else ""
        ),
        Figure(_("Unassigned"), found["unassigned"], listed(tab="unassigned")),
        Figure(_("To check"), found["check"], listed(tab="check")),
    ]


def by_status(user: User) -> list[Figure]:
    """Open appeals by where they stand, in the order of the lifecycle."""
    found = dict(
        Appeal.objects.visible_to(user)
        .open()
        .order_by()
        .values_list("status")
        .annotate(count=Count("id"))
    )
    return [
        Figure(STATUSES[Status(code)].label, found.get(code, 0), listed(status=code))
        for code in OPEN
    ]


def by_kind(user: User, first: dt.date, last: dt.date) -> list[Figure]:
    """Registered in the period by kind."""
    start, _end = day_bounds(first)
    _start, end = day_bounds(last)
    found = dict(
        Appeal.objects.visible_to(user)
        .filter(registered_at__gte=start, registered_at__lt=end)
        .order_by()
        .values_list("kind")
        .annotate(count=Count("id"))
    )
    period = {"since": first.isoformat(), "until": last.isoformat()}
    return [
        Figure(label, found.get(code, 0), listed(kind=code, **period))
        for code, label in Kind.choices
    ]


@dataclass(frozen=True)
class OnTime:
    """The share that ended in time, and the list of all that ended."""

    share: float | None
    ended: Figure


def on_time(user: User, first: dt.date) -> OnTime:
    """Ended in time of those that ended since the month's first day and had a term, per cent."""
    start, _end = day_bounds(first)
    found = (
        Appeal.objects.visible_to(user)
        .filter(closed_at__gte=start)
        .aggregate(
            ended=Count("id"),
            timed=Count("id", filter=Q(due_at__isnull=False)),
            late=Count("id", filter=Q(is_late=True)),
        )
    )
    timed = found["timed"]
    share = round(100 * (timed - found["late"]) / timed, 1) if timed else None
    return OnTime(share, Figure(_("Closed this month"), found["ended"], listed(tab="closed")))


@dataclass(frozen=True)
class StructureRow:
    """What one structure and everything subordinate to it has now, as the list cuts it."""

    structure: Structure
    open: int
    overdue: int
    url: str
    overdue_url: str


def by_structure(user: User, now: dt.datetime) -> list[StructureRow]:
    """Open and overdue appeals by responsible structure, a superior's with its subordinates';
    those with most overdue first."""
    found = (
        Appeal.objects.visible_to(user)
        .open()
        .filter(responsible__isnull=False)
        .order_by()
        .values("responsible_id")
        .annotate(
            open=Count("id"),
            overdue=Count("id", filter=Q(due_at__lt=now) & ~Q(status=Status.WAITING)),
        )
    )
    own = {row["responsible_id"]: row for row in found}
    structures = list(Structure.objects.filter(pk__in=own))
    rows = []
    for root in structures:
        branch = [own[each.pk] for each in structures if each.is_within(root)]
        rows.append(
            StructureRow(
                root,
                sum(row["open"] for row in branch),
                sum(row["overdue"] for row in branch),
                listed(tab="open", structure=str(root.pk)),
                listed(tab="overdue", structure=str(root.pk)),
            )
        )
    return sorted(rows, key=lambda row: (-row.overdue, -row.open, row.structure.path))


def attention(user: User, now: dt.datetime) -> list[Appeal]:
    """The open appeals whose term ends first or has passed; those that wait for the applicant
    have no running term."""
    rows = Appeal.objects.visible_to(user).open().filter(due_at__isnull=False)
    rows = rows.exclude(status=Status.WAITING)
    return list(rows.for_list().order_by("due_at", "id")[:ATTENTION])

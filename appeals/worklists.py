"""The work lists: which appeals stand in each, and in which orders it may be read.

Every order is served by an index: of all appeals only the days of registration and of the end, of
the open ones, which are few, also the terms.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appeals.filters import day_start
from appeals.lifecycle import Status
from appeals.querysets import AppealQuerySet
from people.models import User

Order = tuple[str, ...]


@dataclass(frozen=True)
class Ordering:
    """A way to read a list: the columns of the index, and how the page says it."""

    label: str | Promise
    columns: Order


ORDERS: dict[str, Ordering] = {
    "newest": Ordering(_("Newest first"), ("-registered_at", "-id")),
    "oldest": Ordering(_("Oldest first"), ("registered_at", "id")),
    "due": Ordering(_("By term, the nearest first"), ("due_at", "id")),
    "due_last": Ordering(_("By term, the farthest first"), ("-due_at", "-id")),
    "closed": Ordering(_("Closed last first"), ("-closed_at", "-id")),
    "closed_first": Ordering(_("Closed first first"), ("closed_at", "id")),
    "returned": Ordering(_("Returned last first"), ("-returned_at", "-id")),
}
OF_ALL = ("newest", "oldest")
OF_OPEN = ("newest", "oldest", "due", "due_last")
BY_TERM = ("due", "due_last", "newest", "oldest")


@dataclass(frozen=True)
class WorkList:
    """A tab: its rows, and the orders it may be read in, the usual one first."""

    code: str
    label: str | Promise
    rows: Callable[[AppealQuerySet, User], AppealQuerySet]
    orders: tuple[str, ...] = OF_OPEN
    is_counted: bool = True
    #: Nearly every row in its order stands in the list: read on until the page is full.
    is_plain: bool = False
    #: Asked of this very moment; the others ask the same all day.
    is_momentary: bool = False
    key: str = ""

    @property
    def order(self) -> Order:
        return self.ordered("")

    def ordered(self, code: str) -> Order:
        """The order of that name; the usual one where the list has none of it."""
        return ORDERS[code if code in self.orders else self.orders[0]].columns


def _due_today(rows: AppealQuerySet, user: User) -> AppealQuerySet:
    start = day_start(timezone.localdate())
    return rows.due_between(start, start + dt.timedelta(days=1))


def _team(rows: AppealQuerySet, user: User) -> AppealQuerySet:
    """Somebody of the sector has it, and the next step is the sector's: no structure's, no applicant's."""
    waiting_for_others = [Status.WAITING, Status.REFERRED]
    return rows.open().filter(owner__isnull=False).exclude(status__in=waiting_for_others)


def _closed_this_month(rows: AppealQuerySet, user: User) -> AppealQuerySet:
    return rows.filter(closed_at__gte=day_start(timezone.localdate().replace(day=1)))


WORK_LISTS = (
    WorkList("all", _("All"), lambda rows, user: rows, (*OF_ALL, "closed", "closed_first"), is_counted=False, is_plain=True),
    WorkList("open", _("Open"), lambda rows, user: rows.open(), BY_TERM, is_plain=True),
    WorkList("mine", _("Mine"), lambda rows, user: rows.open().filter(owner=user)),
    WorkList("team", _("Team's"), _team, BY_TERM),
    WorkList("unassigned", _("Unassigned"), lambda rows, user: rows.unassigned()),
    WorkList("today", _("Due today"), _due_today, BY_TERM),
    WorkList("overdue", _("Overdue"), lambda rows, user: rows.overdue(timezone.now()), BY_TERM, is_momentary=True),
    WorkList("waiting", _("Waiting"), lambda rows, user: rows.filter(status=Status.WAITING, is_open=True)),
    WorkList("returned", _("Returned"), lambda rows, user: rows.returned(), ("returned", *OF_OPEN)),
    WorkList("check", _("To check"), lambda rows, user: rows.filter(status=Status.ANSWERED, is_open=True)),
    WorkList("watched", _("Watched"), lambda rows, user: rows.filter(watches__user=user), OF_ALL),
    WorkList("closed", _("Closed this month"), _closed_this_month, ("closed", "closed_first"), is_counted=False, is_plain=True),
)  # fmt: skip
BY_CODE = {known.code: known for known in WORK_LISTS}


def work_list(code: str | None) -> WorkList:
    """The list of that name; all appeals where there is none."""
    return BY_CODE.get(code or "", WORK_LISTS[0])

"""The filters above a list of appeals, and the work lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import django_filters
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appeals.kinds import Channel, Kind, Language
from appeals.lifecycle import STATUSES, Status
from appeals.models import Appeal, Region, Topic
from appeals.narrowing import narrowed
from appeals.paging import MOST_COUNTED, PAGE, Page, capped, page_of
from appeals.querysets import AppealQuerySet
from callcenter.forms import Combobox, DateField
from people.models import Structure, User

#: Characters of the parameter by which a figure opens its list.
LONGEST_FIGURE = 200

__all__ = [
    "MOST_COUNTED", "PAGE", "WORK_LISTS", "AppealFilter", "Page", "WorkList", "capped", "day_start",
    "page_of",
]  # fmt: skip


def day_start(day: dt.date) -> dt.datetime:
    """Midnight of the day in Baku."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


class DayFilter(django_filters.DateFilter):
    field_class = DateField


class AppealFilter(django_filters.FilterSet):
    """What a list may be cut by."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices, empty_label=_("All"))
    status = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=[(str(status), meta.label) for status, meta in STATUSES.items()],
        empty_label=_("All"),
    )
    topic = django_filters.ModelChoiceFilter(
        label=_("Topic"),
        queryset=Topic.objects.all(),
        method="in_topic",
        widget=Combobox(),
        empty_label=_("All"),
    )
    structure = django_filters.ModelChoiceFilter(
        label=_("Responsible structure"),
        queryset=Structure.objects.all(),
        method="in_structure",
        widget=Combobox(),
        empty_label=_("All"),
    )
    region = django_filters.ModelChoiceFilter(
        label=_("Region"), queryset=Region.objects.all(), widget=Combobox(), empty_label=_("All")
    )
    channel = django_filters.ChoiceFilter(
        label=_("Channel"), choices=Channel.choices, empty_label=_("All")
    )
    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=Language.choices, empty_label=_("All")
    )
    since = DayFilter(label=_("Registered from"), method="registered_since")
    until = DayFilter(label=_("Registered to"), method="registered_until")

    class Meta:
        model = Appeal
        fields: list[str] = []

    #: What a figure narrowed the list to, in words; empty when no figure opened it.
    narrowed_to = ""

    def filter_queryset(self, queryset: AppealQuerySet) -> AppealQuerySet:
        """The filters, and what the figure that opened the list counts."""
        rows = super().filter_queryset(queryset)
        opened_by = (self.data or {}).get("figure", "")
        if opened_by:
            rows, self.narrowed_to = narrowed("figure", rows, opened_by[:LONGEST_FIGURE])
        return rows

    def in_topic(self, rows: AppealQuerySet, name: str, topic: Topic) -> AppealQuerySet:
        """The topic and everything under it."""
        return rows.filter(topic__path__startswith=topic.path)

    def in_structure(self, rows: AppealQuerySet, name: str, root: Structure) -> AppealQuerySet:
        """The structure and everything subordinate to it."""
        return rows.filter(responsible__path__startswith=root.path)

    def registered_since(self, rows: AppealQuerySet, name: str, day: dt.date) -> AppealQuerySet:
        return rows.filter(registered_at__gte=day_start(day))

    def registered_until(self, rows: AppealQuerySet, name: str, day: dt.date) -> AppealQuerySet:
        return rows.filter(registered_at__lt=day_start(day + dt.timedelta(days=1)))


@dataclass(frozen=True)
class WorkList:
    """A tab: its rows, and the column that orders them."""

    code: str
    label: str | Promise
    rows: Callable[[AppealQuerySet, User], AppealQuerySet]
    order: tuple[str, ...] = ("-registered_at", "-id")
    is_counted: bool = True
    key: str = ""


def _closed_this_month(rows: AppealQuerySet, user: User) -> AppealQuerySet:
    return rows.filter(closed_at__gte=day_start(timezone.localdate().replace(day=1)))


def _due_today(rows: AppealQuerySet, user: User) -> AppealQuerySet:
    start = day_start(timezone.localdate())
    return rows.due_between(start, start + dt.timedelta(days=1))


BY_DUE = ("due_at", "id")
WORK_LISTS = (
    WorkList("all", _("All"), lambda rows, user: rows, is_counted=False),
    WorkList("open", _("Open"), lambda rows, user: rows.open(), BY_DUE),
    WorkList("mine", _("Mine"), lambda rows, user: rows.open().filter(owner=user)),
    WorkList("unassigned", _("Unassigned"), lambda rows, user: rows.unassigned()),
    WorkList("today", _("Due today"), _due_today, BY_DUE),
    WorkList("overdue", _("Overdue"), lambda rows, user: rows.overdue(timezone.now()), BY_DUE),
    WorkList("waiting", _("Waiting"), lambda rows, user: rows.filter(status=Status.WAITING, is_open=True)),
    WorkList("check", _("To check"), lambda rows, user: rows.filter(status=Status.ANSWERED, is_open=True)),
    WorkList("closed", _("Closed this month"), _closed_this_month, ("-closed_at", "-id"), is_counted=False),
)  # fmt: skip

"""The filters above a list of appeals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appeals.kinds import Channel, InquirySort, Kind, Language
from appeals.lifecycle import STATUSES
from appeals.models import Appeal, Ground, Outcome, Region, Topic
from appeals.narrowing import narrowed
from appeals.querysets import AppealQuerySet
from callcenter.forms import Combobox, DateField
from callcenter.kept import Kept
from people.branches import branch_of
from people.models import Role, Structure, User

#: Characters of the parameter by which a figure opens its list.
LONGEST_FIGURE = 200


def day_start(day: dt.date) -> dt.datetime:
    """Midnight of the day in Baku."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


class DayFilter(django_filters.DateFilter):
    field_class = DateField


def _flag(label: str | Promise, method: str) -> django_filters.ChoiceFilter:
    """Yes, no, or whichever."""
    choices = [("yes", _("Yes")), ("no", _("No"))]
    return django_filters.ChoiceFilter(
        label=label, choices=choices, method=method, empty_label=_("All")
    )


_by_key = Kept(lambda model, pk: model._default_manager.filter(pk=pk))


class _RowField(django_filters.ModelChoiceFilter.field_class):
    """The chosen row of a whole table, read by its key."""

    def to_python(self, value: Any) -> Any:
        is_key = isinstance(value, str) and value.isascii() and value.isdigit()
        if not is_key or self.queryset.query.where:
            return super().to_python(value)
        found = _by_key(self.queryset.model, pk=int(value))
        if not found:
            raise ValidationError(
                self.error_messages["invalid_choice"], "invalid_choice", {"value": value}
            )
        return found[0]


class _RowFilter(django_filters.ModelChoiceFilter):
    field_class = _RowField


def _row(label: str | Promise, queryset: QuerySet, **more: Any) -> django_filters.ModelChoiceFilter:
    """One row of a dictionary, found by a few letters."""
    return _RowFilter(
        label=label, queryset=queryset, widget=Combobox(), empty_label=_("All"), **more
    )


def _choice(label: str | Promise, choices: Any, **more: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(
        label=label, choices=choices, empty_label=_("All"), **more
    )  # fmt: skip


#: Those whose work the lists show.
SECTOR_PEOPLE = User.objects.filter(role__in=[Role.OPERATOR, Role.SECTOR_HEAD]).order_by(
    "last_name", "first_name", "id"
)


#: Days back of "registered lately".
LATELY = {"today": 0, "week": 6, "month": 29}
#: Filters that stand open above a list; the others are folded.
FIRST = ("kind", "status", "topic", "structure")


class AppealFilter(django_filters.FilterSet):
    """What a list may be cut by."""

    kind = _choice(_("Kind"), Kind.choices)
    status = _choice(_("Status"), [(str(status), meta.label) for status, meta in STATUSES.items()])
    topic = _row(_("Topic"), Topic.objects.all(), method="in_topic")
    structure = _row(_("Responsible structure"), Structure.objects.all(), method="in_structure")
    owner = _row(_("Owner"), SECTOR_PEOPLE)
    region = _row(_("Region"), Region.objects.all())
    channel = _choice(_("Channel"), Channel.choices)
    language = _choice(_("Language"), Language.choices)
    since = DayFilter(label=_("Registered from"), method="registered_since")
    until = DayFilter(label=_("Registered to"), method="registered_until")
    lately = _choice(
        _("Registered lately"),
        [("today", _("Today")), ("week", _("Last 7 days")), ("month", _("Last 30 days"))],
        method="registered_lately",
    )
    due_since = DayFilter(label=_("Due from"), field_name="due_at", method="from_day")
    due_until = DayFilter(label=_("Due to"), field_name="due_at", method="to_day")
    closed_since = DayFilter(label=_("Closed from"), field_name="closed_at", method="from_day")
    closed_until = DayFilter(label=_("Closed to"), field_name="closed_at", method="to_day")
    still_since = DayFilter(label=_("No step since"), method="not_moved_since")
    registered_by = _row(_("Registered by"), SECTOR_PEOPLE)
    outcome = _row(_("Outcome"), Outcome.objects.all())
    ground = _row(_("Legal ground"), Ground.objects.all())
    complained = _row(_("Complains about"), Structure.objects.all(), method="about_structure")
    inquiry_sort = _choice(_("Sort of inquiry"), InquirySort.choices)
    late = _flag(_("After the term"), "is_late_or_not")
    at_once = _flag(_("Answered at once"), "by_mark")
    repeat = _flag(_("Repeat"), "is_repeat_or_not")
    reopened = _flag(_("Reopened"), "is_reopened_or_not")
    anonymous = _flag(_("Anonymous"), "by_mark")
    collective = _flag(_("Collective"), "by_mark")
    restricted = _flag(_("Restricted visibility"), "by_mark")
    corruption = _flag(_("Reports corruption"), "by_mark")
    urgent = _flag(_("Urgent"), "by_mark")

    class Meta:
        model = Appeal
        fields: list[str] = []

    #: What a figure narrowed the list to, in words; empty when no figure opened it.
    narrowed_to = ""
    MARKS = {"at_once": "is_first_contact"}

    def __init__(self, data: Mapping[str, str] | None = None, *args: Any, **named: Any) -> None:
        """Of thirty filters those that are asked for are made; all of them where nothing is asked."""
        if data is not None:
            every = type(self).base_filters.items()
            self.base_filters = {name: one for name, one in every if name in data}
        super().__init__(data, *args, **named)

    def filter_queryset(self, queryset: AppealQuerySet) -> AppealQuerySet:
        """The filters, and what the figure that opened the list counts."""
        rows = super().filter_queryset(queryset)
        opened_by = (self.data or {}).get("figure", "")
        if opened_by:
            rows, self.narrowed_to = narrowed("figure", rows, opened_by[:LONGEST_FIGURE], self.data)
        return rows

    def in_topic(self, rows: AppealQuerySet, name: str, topic: Topic) -> AppealQuerySet:
        """The topic and everything under it."""
        branch = Topic.objects.filter(path__startswith=topic.path).order_by()
        return rows.filter(topic__in=list(branch.values_list("pk", flat=True)))

    def in_structure(self, rows: AppealQuerySet, name: str, root: Structure) -> AppealQuerySet:
        """The structure, everything subordinate to it, and those it took over from."""
        return rows.filter(responsible__in=branch_of(root))

    def about_structure(self, rows: AppealQuerySet, name: str, root: Structure) -> AppealQuerySet:
        """Complaints about the structure and everything subordinate to it."""
        branch = Structure.objects.branch(root).order_by().values_list("pk", flat=True)
        return rows.filter(complained_structure__in=list(branch))

    def registered_since(self, rows: AppealQuerySet, name: str, day: dt.date) -> AppealQuerySet:
        return rows.filter(registered_at__gte=day_start(day))

    def registered_until(self, rows: AppealQuerySet, name: str, day: dt.date) -> AppealQuerySet:
        return rows.filter(registered_at__lt=day_start(day + dt.timedelta(days=1)))

    def registered_lately(self, rows: AppealQuerySet, name: str, span: str) -> AppealQuerySet:
        """A saved view says "last 7 days" and means it every day anew."""
        day = timezone.localdate() - dt.timedelta(days=LATELY[span])
        return rows.filter(registered_at__gte=day_start(day))

    def from_day(self, rows: AppealQuerySet, name: str, day: dt.date) -> AppealQuerySet:
        return rows.filter(**{f"{name}__gte": day_start(day)})

    def to_day(self, rows: AppealQuerySet, name: str, day: dt.date) -> AppealQuerySet:
        return rows.filter(**{f"{name}__lt": day_start(day + dt.timedelta(days=1))})

    def not_moved_since(self, rows: AppealQuerySet, name: str, day: dt.date) -> AppealQuerySet:
        return rows.filter(moved_at__lt=day_start(day))

    def by_mark(self, rows: AppealQuerySet, name: str, wanted: str) -> AppealQuerySet:
        return rows.filter(**{self.MARKS.get(name, f"is_{name}"): wanted == "yes"})

    def is_late_or_not(self, rows: AppealQuerySet, name: str, wanted: str) -> AppealQuerySet:
        """Ended after its term; an open one is late once its term has passed."""
        now = timezone.now()
        if wanted == "yes":
            return rows.filter(Q(is_late=True) | Q(is_open=True, due_at__lt=now))
        in_time = Q(due_at__isnull=True) | Q(due_at__gte=now)
        ended_so = Q(is_late__isnull=True) | Q(is_late=False)
        return rows.filter(Q(is_open=True) & in_time | Q(is_open=False) & ended_so)

    def is_repeat_or_not(self, rows: AppealQuerySet, name: str, wanted: str) -> AppealQuerySet:
        return rows.filter(repeat_of__isnull=wanted == "no")

    def is_reopened_or_not(self, rows: AppealQuerySet, name: str, wanted: str) -> AppealQuerySet:
        return (
            rows.filter(reopened_count__gt=0) if wanted == "yes" else rows.filter(reopened_count=0)
        )

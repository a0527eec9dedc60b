"""The filters above a dashboard; they live in the address, so a view can be sent to a colleague."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appeals.kinds import Channel, Kind, Language
from appeals.models import Region, Topic
from callcenter.errors import RuleBroken
from callcenter.forms import Combobox, DateField
from people.models import Structure
from reports.figures.cut import Cut
from reports.figures.registry import FILTERS
from reports.periods import Period, parse


class Span(models.TextChoices):
    """Periods by name; each ends today."""

    TODAY = "today", gettext_lazy("Today")
    WEEK = "week", gettext_lazy("This week")
    MONTH = "month", gettext_lazy("This month")
    QUARTER = "quarter", gettext_lazy("This quarter")
    YEAR = "year", gettext_lazy("This year")
    LAST_MONTH = "last_month", gettext_lazy("Last month")
    LAST_YEAR = "last_year", gettext_lazy("Last year")
    DAYS = "days", gettext_lazy("From day to day")


class Compare(models.TextChoices):
    """What the period is held against."""

    PREVIOUS = "previous", gettext_lazy("Previous period")
    YEAR = "year", gettext_lazy("Same period last year")
    NOTHING = "nothing", gettext_lazy("Nothing")


class BoardForm(forms.Form):
    """Period, comparison and what appeals are cut by; everything may be left out."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=Span.choices, required=False)
    since = DateField(label=gettext_lazy("From"), required=False)
    until = DateField(label=gettext_lazy("To"), required=False)
    compare = forms.ChoiceField(
        label=gettext_lazy("Compared with"), choices=Compare.choices, required=False
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    topic = forms.ModelChoiceField(
        Topic.objects.all(), label=gettext_lazy("Topic"), required=False, widget=Combobox(),
        empty_label=gettext_lazy("All"),
    )  # fmt: skip
    structure = forms.ModelChoiceField(
        Structure.objects.all(), label=gettext_lazy("Responsible structure"), required=False,
        widget=Combobox(), empty_label=gettext_lazy("All"),
    )  # fmt: skip
    region = forms.ModelChoiceField(
        Region.objects.all(), label=gettext_lazy("Region"), required=False, widget=Combobox(),
        empty_label=gettext_lazy("All"),
    )  # fmt: skip
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    def __init__(self, *args: Any, today: dt.date, span: str = Span.MONTH, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.span = span
        for name, choices in (("kind", Kind), ("channel", Channel), ("language", Language)):
            self.fields[name].choices = [("", _("All")), *choices.choices]
        self.fields["period"].initial = span

    def clean(self) -> dict[str, Any]:
        """The period the filters mean; a broken one is told beside its field."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        span = data.get("period") or (Span.DAYS if since or until else self.span)
        if {"since", "until", "period"} & set(self.errors):
            return data
        if span != Span.DAYS:
            data["span"] = named(span, self.today)
            return data
        first = since or (until or self.today).replace(day=1)
        try:
            data["span"] = parse(f"{first:%Y-%m-%d}..{until or self.today:%Y-%m-%d}")
        except RuleBroken as broken:
            self.add_error(
                "until" if broken.code == "period_backwards" else "since", broken.message
            )
        return data

    @property
    def chosen(self) -> Period:
        """The period asked for, or the usual one when it could not be read."""
        return self.cleaned_data.get("span") or named(self.span, self.today)

    @property
    def cut(self) -> Cut:
        return Cut(**{name: self.cleaned_data.get(name) or Cut.__dict__[name] for name in FILTERS})

    @property
    def retired(self) -> Topic | None:
        """The chosen topic, when it is no longer used."""
        topic = self.cleaned_data.get("topic")
        is_over = topic is not None and topic.valid_to is not None and topic.valid_to < self.today
        return topic if is_over else None

    def against(self) -> Period | None:
        """The period to compare with: as far into it as the chosen one goes."""
        compare = self.cleaned_data.get("compare") or Compare.PREVIOUS
        period = self.chosen
        if compare == Compare.NOTHING:
            return None
        return period.year_before() if compare == Compare.YEAR else before(period)


def named(span: str, today: dt.date) -> Period:
    """A period by its name, to the day."""
    first_of_month = today.replace(day=1)
    match span:
        case Span.TODAY:
            return Period(today, today)
        case Span.WEEK:
            return Period(today - dt.timedelta(days=today.weekday()), today)
        case Span.QUARTER:
            return Period(today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1), today)
        case Span.YEAR:
            return Period(today.replace(month=1, day=1), today)
        case Span.LAST_MONTH:
            last = first_of_month - dt.timedelta(days=1)
            return Period(last.replace(day=1), last)
        case Span.LAST_YEAR:
            return Period(dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31))
    return Period(first_of_month, today)


def before(period: Period) -> Period:
    """The period before: the same day a week earlier, the same days of the months before, or as
    many days."""
    if period.first == period.last:
        day = period.first - dt.timedelta(days=7)
        return Period(day, day)
    if period.first.day != 1 or period.is_whole_months:
        return period.previous()
    months = 12 * (period.last.year - period.first.year) + period.last.month - period.first.month
    first = _earlier(period.first, months + 1)
    return Period(first, _earlier(period.last, months + 1))


def _earlier(day: dt.date, months: int) -> dt.date:
    number = day.year * 12 + day.month - 1 - months
    first = dt.date(number // 12, number % 12 + 1, 1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    return min(first.replace(day=min(day.day, 28)) + dt.timedelta(days=max(day.day - 28, 0)),
               following - dt.timedelta(days=1))  # fmt: skip

"""Changing the working calendar: the act it rests on, and the days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from callcenter.forms import DateField, SentOnce
from people.models.calendar import DayKind


class ChangeForm(SentOnce):
    """The act: a decision of the Cabinet, an order, an article."""

    act = forms.CharField(
        label=_("Legal act"), max_length=220,
        help_text=_("For example: Cabinet of Ministers, decision No 421"),
    )  # fmt: skip
    act_on = DateField(label=_("Date of the act"), required=False)


class DayForm(forms.Form):
    """One day, or several in a row."""

    date = DateField(label=_("Day"))
    until = DateField(label=_("Until, if several"), required=False)
    kind = forms.ChoiceField(
        label=_("What it becomes"), required=False,
        choices=[*DayKind.choices, ("", _("As its weekday says"))],
    )  # fmt: skip
    name_az = forms.CharField(label=_("Name (az)"), max_length=120, required=False)
    name_en = forms.CharField(label=_("Name (en)"), max_length=120, required=False)
    name_ru = forms.CharField(label=_("Name (ru)"), max_length=120, required=False)
    is_estimated = forms.BooleanField(label=_("Estimated, not set yet"), required=False)
    is_late = forms.BooleanField(label=_("The act came late: the day is past"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("date"), values.get("until")
        if first and last and last < first:
            self.add_error("until", _("The last day is before the first."))
        elif first and last and (last - first).days > 31:
            self.add_error("until", _("At most 32 days at once."))
        return values

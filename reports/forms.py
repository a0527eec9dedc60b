"""What people fill in about reports."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter.errors import RuleBroken
from callcenter.forms import DateField, SentOnce
from people.models import User
from reports.actions import ask_report
from reports.models import ReportRun
from reports.periods import Period, Sort, before, checked
from reports.wording import wording

#: The choice that opens the two dates.
OTHER = "other"


def offered(today: dt.date) -> dict[str, Period]:
    """The periods people ask for most: this month so far, and the last whole ones."""
    periods = {"this": Period(today.replace(day=1), today)}
    for sort in (
        Sort.MONTHLY,
        Sort.QUARTERLY,
        Sort.HALF_YEAR,
        Sort.ANNUAL,
        Sort.WEEKLY,
        Sort.DAILY,
    ):
        periods[str(sort)] = before(today, sort)
    return periods


class AskForm(SentOnce):
    """Any period: one of the usual ones, or two dates."""

    period = forms.ChoiceField(label=_("Period"))
    first = DateField(label=_("From"), required=False)
    last = DateField(label=_("To"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the report"), choices=settings.LANGUAGES, initial="az"
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.offered = offered(timezone.localdate())
        words = wording()
        named = [(code, words.period_name(period)) for code, period in self.offered.items()]
        self.fields["period"].choices = [*named, (OTHER, _("Other dates"))]
        self.fields["period"].initial = str(Sort.MONTHLY)

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        chosen = data.get("period")
        if chosen in self.offered:
            data["asked"] = self.offered[str(chosen)]
        elif chosen == OTHER:
            for name in ("first", "last"):
                if name not in self.errors and not data.get(name):
                    self.add_error(name, _("Write the day."))
            if not self.errors:
                try:
                    data["asked"] = checked(Period(data["first"], data["last"]))
                except RuleBroken as refused:
                    self.add_error("last", str(refused))
        return data

    def save(self, by: User) -> ReportRun:
        data = self.cleaned_data
        return ask_report(
            data["asked"], by=by, language=data["language"], client_id=data["client_id"]
        )

"""What people fill in about reports."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appeals.filters import AppealFilter
from appeals.search import LONGEST_QUERY
from appeals.worklists import WORK_LISTS
from callcenter.errors import RuleBroken
from callcenter.forms import DateField, SentOnce, Ticks, Versioned
from people.models import User
from reports.actions import ask_report, audience
from reports.blocks import BLOCKS
from reports.figures.registry import DIMENSIONS, FILTERS
from reports.models import Mailed, ReportRun
from reports.own import CHARTS, PERIODS, TIME, measures
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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


class StepForm(Versioned):
    """A step that needs nothing but to be meant."""


class CorrectForm(Versioned):
    """Why a new version is needed; it stands on the cover."""

    note = forms.CharField(
        label=_("What is corrected, and why"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=500,
    )


class PresentForm(Versioned):
    """To whom the signed report goes."""

    recipients = forms.ModelMultipleChoiceField(
        label=_("Recipients"),
        queryset=User.objects.none(),
        widget=Ticks,
        error_messages={"required": _("Choose at least one recipient.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["recipients"]
        field.queryset = audience()
        field.label_from_instance = _recipient
        field.initial = [user.pk for user in field.queryset]


def _recipient(user: User) -> str:
    address = user.email or gettext("no e-mail address, will read it here")
    return f"{user.name} · {address}"


class CommentForm(Versioned):
    """Long texts, exactly as typed."""

    commentary = forms.CharField(
        label=_("Commentary"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "true"}),
        help_text=_("An empty line starts a new paragraph. Nothing typed here is ever markup."),
    )
    proposals = forms.CharField(
        label=_("Proposals"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "true"}),
    )


class BlocksForm(forms.Form):
    """A tick and a place for each block; equal places keep the order of the page."""

    def __init__(self, *args: Any, shown: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [*shown, *(code for code in BLOCKS if code not in shown)]
        for at, code in enumerate(self.codes, start=1):
            label = BLOCKS[code].label
            self.fields[f"shown-{code}"] = forms.BooleanField(
                label=label, required=False, initial=code in shown
            )
            self.fields[f"place-{code}"] = forms.IntegerField(
                label=_("Place"), min_value=1, max_value=99, initial=at,
                widget=forms.NumberInput(attrs={"class": "input-short"}),
            )  # fmt: skip

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if not any(data.get(f"shown-{code}") for code in self.codes):
            self.add_error(None, _("Choose at least one block, each once."))
        return data

    def ordered(self) -> list[str]:
        """The ticked blocks by their places."""
        data = self.cleaned_data
        ticked = [code for code in self.codes if data[f"shown-{code}"]]
        return sorted(ticked, key=lambda code: data[f"place-{code}"])


class ExportForm(SentOnce):
    """The filters of the list of appeals, and the format."""

    format = forms.ChoiceField(label=_("Format"), choices=[("xlsx", "XLSX"), ("csv", "CSV")])
    tab = forms.ChoiceField(
        label=_("Which"),
        choices=[(one.code, one.label) for one in WORK_LISTS],
        required=False,
    )
    q = forms.CharField(label=_("Words"), required=False, max_length=LONGEST_QUERY)
    figure = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, one in AppealFilter.base_filters.items():
            self.fields[name] = one.field
        self.order_fields(["tab", "q", *AppealFilter.base_filters, "format"])


class OwnForm(SentOnce, Versioned):
    """Figures, what they are cut by, the period, the filters, the chart; and how it is saved."""

    measures = forms.MultipleChoiceField(
        label=_("Figures"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Up to six; Ctrl chooses several."),
        error_messages={"required": _("Choose a figure.")},
    )
    by = forms.ChoiceField(label=_("Rows by"), required=False)
    across = forms.ChoiceField(label=_("Columns by"), required=False)
    period = forms.ChoiceField(label=_("Period"))
    first = DateField(label=_("From"), required=False)
    last = DateField(label=_("To"), required=False)
    chart = forms.ChoiceField(label=_("Chart"), required=False)
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    is_shared = forms.BooleanField(label=_("Shared with colleagues"), required=False)
    mailed = forms.ChoiceField(
        label=_("Sent to me by e-mail"), choices=Mailed.choices, required=False
    )

    #: Fields that make the question, and those that save it.
    SAVING = ("name", "is_shared", "mailed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].required = self.fields["client_id"].required = False
        fields = self.fields
        fields["measures"].choices = [(code, one.name) for code, one in measures().items()]
        rows = [("", gettext("nothing: only the figures")), (TIME, gettext("Time"))]
        fields["by"].choices = [*rows, *DIMENSIONS.items()]
        fields["across"].choices = [("", gettext("nothing")), *DIMENSIONS.items()]
        fields["period"].choices = [*PERIODS.items(), (OTHER, gettext("Other dates"))]
        fields["chart"].choices = list(CHARTS.items())
        for name in FILTERS:
            fields[name] = AppealFilter.base_filters[name].field

    @property
    def asking(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name not in self.SAVING]

    @property
    def saving(self) -> list[forms.BoundField]:
        return [self[name] for name in self.SAVING]

    def clean(self) -> dict[str, object]:
        data = super().clean() or {}
        if data.get("period") == OTHER:
            for name in ("first", "last"):
                if name not in self.errors and not data.get(name):
                    self.add_error(name, gettext("Write the day."))
        return data

    def question(self) -> dict[str, object]:
        """What `read_question` reads."""
        data = self.cleaned_data
        period = data["period"]
        if period == OTHER:
            period = f"{data['first']:%Y-%m-%d}..{data['last']:%Y-%m-%d}"
        filters = {name: getattr(data[name], "pk", data[name]) for name in FILTERS if data[name]}
        return {
            "measures": data["measures"],
            "by": data["by"],
            "across": data["across"],
            "period": period,
            "chart": data["chart"],
            "filters": {name: str(value) for name, value in filters.items()},
        }

"""The forms of what an administrator keeps; each says what its values may be."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.actions.rules import next_rule
from appeals.models import Ground, NoticeTemplate, Outcome, TermRule
from appeals.wording import MASKS, faults_of, mask_faults, missing_of, unit_words
from callcenter.forms import DateField
from people.actions.settings import add_setting, change_setting, state_of
from people.models import LegalNumber, User
from people.models.legal import Certainty

HOURS = re.compile(r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")
LANGUAGES = ("az", "en", "ru")


class RowForm(forms.ModelForm):
    """A row with the state it was read in; saved by the verb, which writes the audit entry."""

    state = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["state"].initial = state_of(self.instance)
            if "code" in self.fields:
                self.fields["code"].disabled = True

    def run(self, by: User) -> models.Model:
        values = {n: v for n, v in self.cleaned_data.items() if n != "state"}
        if self.instance.pk is None:
            return add_setting(self.instance, by=by)
        kept = type(self.instance)._base_manager.get(pk=self.instance.pk)
        return change_setting(kept, by=by, values=values, state=self.cleaned_data["state"])


class LegalNumberForm(RowForm):
    class Meta:
        model = LegalNumber
        fields = ("value", "source", "certainty")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        value = self.fields["value"]
        value.label = row.label
        value.help_text = " · ".join(filter(None, (unit_words(row.unit, row.value), row.help)))
        if row.value_type == "bool":
            value.widget = forms.Select(choices=[("true", _("Yes")), ("false", _("No"))])

    def clean_value(self) -> str:
        value: str = self.cleaned_data["value"].strip()
        row = self.instance
        if row.code in MASKS:
            fault = mask_faults(row.code, value)
            if fault:
                raise forms.ValidationError(fault)
        elif row.value_type == "number":
            _check_number(value, row)
        elif row.value_type == "list" and row.code == "reminder_mail_hours":
            for part in value.split(","):
                _check_number(part.strip(), row)
        elif row.code.endswith("_hours") and ":" in row.value and not HOURS.match(value):
            raise forms.ValidationError(_("Write the hours as 09:00-18:00."))
        return value


def _check_number(value: str, row: LegalNumber) -> None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise forms.ValidationError(_("Write a number.")) from None
    if not number.is_finite():
        raise forms.ValidationError(_("Write a number."))
    if number < (row.minimum if row.minimum is not None else 0):
        raise forms.ValidationError(
            _("Not less than %(least)s.") % {"least": row.minimum if row.minimum is not None else 0}
        )
    if row.maximum is not None and number > row.maximum:
        raise forms.ValidationError(_("Not more than %(most)s.") % {"most": row.maximum})


class TermRuleForm(RowForm):
    """A rule is never changed backwards: the next one holds from a day on."""

    valid_from = DateField(
        label=_("Holds from"),
        help_text=_("Appeals registered before keep the term they were given"),
    )

    class Meta:
        model = TermRule
        fields = (
            "quantity", "unit", "extension_quantity", "max_extensions", "source", "certainty",
            "note_az", "note_en", "note_ru", "valid_from",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["valid_from"] = timezone.localdate()
        for language in LANGUAGES:
            self.fields[f"note_{language}"].widget.attrs["rows"] = 2

    def run(self, by: User) -> models.Model:
        kept = TermRule.objects.get(pk=self.instance.pk)
        values = {n: v for n, v in self.cleaned_data.items() if n != "state"}
        return next_rule(kept, by=by, values=values, state=self.cleaned_data["state"])


class GroundForm(RowForm):
    class Meta:
        model = Ground
        fields = (
            "code", "name_az", "name_en", "name_ru", "article", "can_reopen", "how_to_appeal_az",
            "how_to_appeal_en", "how_to_appeal_ru", "order",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            self.fields[f"how_to_appeal_{language}"].widget.attrs["rows"] = 3


class OutcomeForm(RowForm):
    class Meta:
        model = Outcome
        fields = (
            "code", "name_az", "name_en", "name_ru", "is_satisfied", "needs_ground",
            "is_chosen_by_hand", "how_to_appeal_az", "how_to_appeal_en", "how_to_appeal_ru", "order",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for language in LANGUAGES:
            self.fields[f"how_to_appeal_{language}"].widget.attrs["rows"] = 3


class NoticeTemplateForm(RowForm):
    class Meta:
        model = NoticeTemplate
        fields = (
            "subject_az", "text_az", "subject_en", "text_en", "subject_ru", "text_ru",
        )  # fmt: skip
        labels = {
            "subject_az": _("Subject (az)"), "subject_en": _("Subject (en)"),
            "subject_ru": _("Subject (ru)"), "text_az": _("Text (az)"),
            "text_en": _("Text (en)"), "text_ru": _("Text (ru)"),
        }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in self.Meta.fields:
            wording = values.get(name) or ""
            fault = faults_of(wording)
            if not fault and name.startswith("text_"):
                fault = missing_of(self.instance.reason, self.instance.channel, wording)
            if fault:
                self.add_error(name, fault)
        return values


def is_unconfirmed(row: models.Model) -> bool:
    """General knowledge and what was found nowhere wait for the ministry's word."""
    return getattr(row, "certainty", "") in (Certainty.PRACTICE, Certainty.UNCONFIRMED)

"""Asking for a longer term, and deciding on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals import actions
from appeals.extending import allowance_of, asked_of, has_passed, would_be_due
from appeals.forms.base import StepForm, words
from appeals.models import Appeal
from appeals.terms import answer_clock
from callcenter.errors import RuleBroken
from callcenter.forms import Segments
from callcenter.templatetags.formats import az_date


class AskExtensionForm(StepForm):
    """How many working days more, and why; the applicant reads the reason."""

    quantity = forms.IntegerField(label=_("Working days more"), min_value=1)
    note = words(_("Reason"), help_text=_("The applicant reads it when the head agrees"))

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        super().__init__(*args, appeal=appeal, **kwargs)
        clock = answer_clock(appeal)
        left = allowance_of(clock) if clock is not None else None
        if clock is not None and left is not None and left.days and left.times:
            until = az_date(would_be_due(clock, left.days))
            self.fields["quantity"].help_text = _(
                "At most %(days)d: until %(until)s. Source: %(source)s"
            ) % {"days": left.days, "until": until, "source": clock.basis}

    @classmethod
    def is_offered(cls, appeal: Appeal) -> bool:
        """Only where the law allows it and nothing is asked yet."""
        clock = answer_clock(appeal)
        if clock is None or asked_of(clock) is not None or has_passed(clock, timezone.now()):
            return False
        left = allowance_of(clock)
        return bool(left.days and left.times)

    def run(self) -> None:
        values = self.cleaned_data
        actions.ask_extension(
            self.appeal.pk, quantity=values["quantity"], reason=values["note"], **self.common()
        )


class DecideExtensionForm(StepForm):
    """The head's word on what was asked."""

    extension = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("granted", _("Grant")), ("refused", _("Refuse"))],
        widget=Segments,
    )
    note = words(_("Reason"), rows=3, required=False, help_text=_("Needed for a refusal"))

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        clock = answer_clock(appeal)
        asked = asked_of(clock)
        initial = kwargs.setdefault("initial", {})
        if asked is not None and clock is not None:
            initial["extension"] = asked.pk
        super().__init__(*args, appeal=appeal, **kwargs)
        if asked is not None and clock is not None:
            self.fields["decision"].help_text = _(
                "%(name)s asks for %(days)d working days, until %(until)s: %(reason)s"
            ) % {
                "name": asked.asked_by.name,
                "days": asked.quantity,
                "until": az_date(would_be_due(clock, asked.quantity)),
                "reason": asked.reason,
            }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("decision") == "refused" and not values.get("note", "").strip():
            self.add_error("note", _("Say why it is refused."))
        return values

    def run(self) -> None:
        values = self.cleaned_data
        if not values.get("extension"):
            raise RuleBroken("no_extension_asked", _("No extension is asked here."))
        actions.decide_extension(
            self.appeal.pk, extension_id=values["extension"],
            is_granted=values["decision"] == "granted", note=values["note"], **self.common(),
        )  # fmt: skip

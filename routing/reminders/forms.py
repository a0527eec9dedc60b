"""What is typed about the ladder and about an alarm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from callcenter.forms import Versioned
from routing.reminders.actions import KEPT
from routing.reminders.models import LADDERS, LadderStep, Target


class StepForm(Versioned):
    """When, whom and how."""

    kind = forms.ChoiceField(label=_("For"), choices=LADDERS)
    percent = forms.IntegerField(
        label=_("Part of the term, %"), min_value=1, max_value=100,
        help_text=_("100: when the term is over"),
    )  # fmt: skip
    days_after = forms.IntegerField(
        label=_("Working days after the term"), min_value=0, max_value=60, initial=0,
        help_text=_("0: at that moment itself; otherwise give 100 % above"),
    )  # fmt: skip
    target = forms.ChoiceField(label=_("Whom"), choices=Target.choices)
    by_screen = forms.BooleanField(label=_("On the screen"), required=False, initial=True)
    by_email = forms.BooleanField(label=_("By e-mail"), required=False, initial=True)
    is_active = forms.BooleanField(label=_("In force"), required=False, initial=True)

    def __init__(self, *args: Any, row: LadderStep | None, kind: str = "", **kwargs: Any) -> None:
        if row is not None:
            kwargs["initial"] = {name: getattr(row, name) for name in (*KEPT, "version")}
        else:
            kwargs["initial"] = {"version": 0, "kind": kind}
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in KEPT}


class AlarmForm(forms.Form):
    """What the head did about it."""

    note = forms.CharField(label=_("What was done"), max_length=500)

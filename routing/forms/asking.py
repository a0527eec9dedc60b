"""Forms of the appeal's page: an opinion during the call, the reply made of answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appeals.endings import still_open
from appeals.models import Appeal, Outcome
from callcenter.forms import SentOnce, Ticks, Versioned
from people.models import Structure
from people.models.structure import Category
from routing.forms.fields import StructureChoice, StructureSelect
from routing.guard import barred_structures
from routing.models import Referral


class ConsultForm(SentOnce):
    """Whom, and what; both are prepared."""

    structure = StructureChoice(
        Structure.objects.none(), label=_("Whom to ask"), widget=StructureSelect
    )
    question = forms.CharField(
        label=_("Question"), widget=forms.Textarea({"rows": 3, "autofocus": True}),
        max_length=20_000,
    )  # fmt: skip
    shares_text = forms.BooleanField(
        label=_("Share the text of the appeal"), required=False, initial=True
    )

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="consult-%s", **kwargs)
        barred = barred_structures(appeal.complained_structure_id)
        rows = Structure.objects.current().exclude(category=Category.OUTSIDE)
        field = self.fields["structure"]
        # The accused are not offered; if sent all the same, the verb refuses and writes it down.
        field.queryset = rows.order_by("path")
        field.widget.choices = [
            (value, label)
            for value, label in field.choices
            if not value or value.instance.pk not in barred
        ]


class ReplyForm(Versioned):
    """Which answers, what is told, and how it ended."""

    referrals = forms.ModelMultipleChoiceField(
        Referral.objects.none(), label=_("Whose answers"), widget=Ticks
    )
    outcome = forms.ModelChoiceField(
        label=_("Outcome"), queryset=Outcome.objects.filter(is_chosen_by_hand=True)
    )
    text = forms.CharField(
        label=_("What the applicant is told"), widget=forms.Textarea({"rows": 12}),
        max_length=100_000,
    )  # fmt: skip
    told_by_phone = forms.BooleanField(label=_("The applicant was told by phone"), required=False)
    note = forms.CharField(
        label=_("Why it ends without the open answers"), required=False,
        widget=forms.Textarea({"rows": 2}), max_length=5000,
    )  # fmt: skip

    def __init__(
        self, *args: Any, appeal: Appeal, given: Sequence[Referral], **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "version": appeal.version,
            "referrals": [row.pk for row in given],
            "text": _told(given),
        }
        super().__init__(*args, **kwargs)
        field = self.fields["referrals"]
        field.queryset = Referral.objects.filter(pk__in=[row.pk for row in given])
        field.label_from_instance = lambda row: row.structure_name
        running = still_open(appeal)
        if running:
            self.fields["note"].help_text = gettext("Taken back with it: %(names)s") % {
                "names": "; ".join(running)
            }
        else:
            del self.fields["note"]

    def values(self) -> dict[str, Any]:
        """What the verb is given."""
        given = dict(self.cleaned_data)
        return {"referral_ids": [row.pk for row in given.pop("referrals")], **given}


def _told(given: Sequence[Referral]) -> str:
    if len(given) == 1:
        return given[0].answer_text
    return "\n\n".join(f"{row.structure_name}:\n{row.answer_text}" for row in given)

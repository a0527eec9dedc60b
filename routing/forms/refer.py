"""The form that sends an appeal to structures."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals.models import Appeal, Attachment
from callcenter.forms import DateField, SentOnce, Ticks, Versioned
from people.models import Structure, User
from people.models.structure import Category
from routing.forms.fields import StructureChoice, StructureChoices, StructureSelect
from routing.guard import barred_structures
from routing.models import ReferralKind
from routing.terms import LONGEST_DAYS


class ReferForm(SentOnce, Versioned):
    """To whom, what for, by when, and what the structure is shown."""

    structure = StructureChoice(
        Structure.objects.none(), label=_("Structure"), widget=StructureSelect
    )
    kind = forms.ChoiceField(
        label=_("What for"), choices=ReferralKind, initial=ReferralKind.EXECUTION
    )
    co_executors = StructureChoices(
        Structure.objects.none(), label=_("Co-executors"), required=False,
        help_text=_("Only for joint execution: they contribute to the answer of the structure above."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("Term, working days"), required=False, min_value=1, max_value=LONGEST_DAYS,
        help_text=_("Empty: the structure's own term, before the appeal's."),
    )  # fmt: skip
    question = forms.CharField(
        label=_("Question"), widget=forms.Textarea({"rows": 4}), max_length=20_000, required=False
    )
    shares_text = forms.BooleanField(
        label=_("Share the text of the appeal"), required=False, initial=True
    )
    shares_files = forms.BooleanField(
        label=_("Share the attachments"), required=False, initial=True,
        help_text=_("The applicant's files. The phone, FIN and notes are never shared."),
    )  # fmt: skip
    chosen_files = forms.ModelMultipleChoiceField(
        Attachment.objects.none(), label=_("Or only these files"), required=False, widget=Ticks
    )
    letter_number = forms.CharField(
        label=_("Number of the letter"), max_length=60, required=False,
        help_text=_("Only for an outside body; empty while the letter has not gone."),
    )  # fmt: skip
    letter_on = DateField(label=_("Date of the letter"), required=False)

    def __init__(self, *args: Any, appeal: Appeal, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The accused are not offered; if sent all the same, the verb refuses and writes it down.
        barred = barred_structures(appeal.complained_structure_id)
        for name in ("structure", "co_executors"):
            rows = Structure.objects.current().order_by("path")
            if name == "co_executors":
                rows = rows.exclude(category=Category.OUTSIDE)
            field = self.fields[name]
            field.queryset = rows
            # Read where the list is drawn; a form that is sent needs none of it.
            field.widget.choices = cache(partial(_offered, field, barred))
        files = Attachment.objects.visible_to(user).filter(appeal=appeal).order_by("id")
        if files.exists():
            self.fields["chosen_files"].queryset = files
        else:
            del self.fields["chosen_files"]

    def clean(self) -> dict[str, Any]:
        """Files ticked one by one mean that not all are shared."""
        values = super().clean() or {}
        if values.get("chosen_files"):
            values["shares_files"] = False
        return values


def _offered(field: forms.ModelChoiceField, barred: Collection[int]) -> list[tuple[Any, Any]]:
    return [
        (value, label)
        for value, label in field.choices
        if not value or value.instance.pk not in barred
    ]

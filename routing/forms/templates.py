"""The form of an answer template."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals.models import Topic
from callcenter.forms import Combobox, Versioned
from people.models import Structure
from routing.models import AnswerTemplate


class TemplateForm(Versioned):
    """Whose it is, for which topics, and the words."""

    structure = forms.ModelChoiceField(
        Structure.objects.none(), label=_("Whose"), required=False,
        empty_label=_("Everybody's"),
    )  # fmt: skip
    topic = forms.ModelChoiceField(
        Topic.objects.all(), label=_("Topic"), required=False, widget=Combobox,
        empty_label=_("Any topic"), help_text=_("Offered first for this branch of topics"),
    )  # fmt: skip
    title = forms.CharField(label=_("Name"), max_length=120)
    text = forms.CharField(label=_("Text"), max_length=20_000, widget=forms.Textarea({"rows": 12}))
    is_active = forms.BooleanField(label=_("Offered in answers"), required=False, initial=True)

    def __init__(
        self, *args: Any, row: AnswerTemplate | None, own: Any, common: bool, **kwargs: Any
    ) -> None:
        if row is not None:
            kwargs["initial"] = {
                name: getattr(row, name)
                for name in ("structure", "topic", "title", "text", "is_active", "version")
            }
        else:
            kwargs["initial"] = {"version": 0, "is_active": True, "structure": own.first()}
        super().__init__(*args, **kwargs)
        field = self.fields["structure"]
        field.queryset = own
        field.required = not common
        if not common:
            field.empty_label = None

"""What a person types about a memo: what came on paper, or was read in the other system."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from callcenter.forms import DateField
from routing.edms.models import EdmsMemo


class HandForm(forms.Form):
    """Its number there, and the answer when it came."""

    number = forms.CharField(label=_("Number there"), max_length=60)
    on = DateField(label=_("Date there"))
    text = forms.CharField(
        label=_("Answer"), required=False, max_length=20_000, widget=forms.Textarea({"rows": 6}),
        help_text=_("Empty: it is only registered there so far"),
    )  # fmt: skip

    def __init__(self, *args: object, memo: EdmsMemo, **kwargs: object) -> None:
        super().__init__(*args, initial={"number": memo.edms_number, "on": memo.edms_on}, **kwargs)

    def values(self) -> dict[str, object]:
        data = self.cleaned_data
        kind = "answered" if data["text"].strip() else "acknowledged"
        return {"kind": kind, "number": data["number"], "on": data["on"], "text": data["text"]}

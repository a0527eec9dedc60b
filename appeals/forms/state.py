"""What an applicant types on the public page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals.public import LONGEST_NUMBER, digits


class StateForm(forms.Form):
    """The number and the code told at registration."""

    number = forms.CharField(
        label=_("Registration number"), max_length=LONGEST_NUMBER, strip=True,
        help_text=_("For example ÇM-2026-000123"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )  # fmt: skip
    code = forms.CharField(
        label=_("Code"), max_length=20, help_text=_("Eight digits, told when the appeal was registered"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def clean_code(self) -> str:
        code = digits(self.cleaned_data["code"])
        if len(code) != 8:
            raise forms.ValidationError(_("The code has eight digits."), code="code_form")
        return code

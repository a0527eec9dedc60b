"""Which entries of a journal are shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals.models import Appeal
from appeals.timeline import Asked, Sort, authors
from callcenter.forms import DateField
from people.models import User


class JournalForm(forms.Form):
    """A sort of entries, a person, days; and `before`, where a page goes on."""

    sort = forms.ChoiceField(label=_("Entries"), required=False)
    person = forms.ChoiceField(label=_("Person"), required=False)
    since = DateField(label=_("From"), required=False)
    until = DateField(label=_("To"), required=False)
    before = forms.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, appeal: Appeal, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sort"].choices = [("", _("All")), *Sort.choices]
        self.fields["person"].choices = [("", _("All")), *authors(appeal, user)]

    @property
    def asked(self) -> Asked:
        """What was asked; a value that means nothing asks for no narrowing."""
        self.is_valid()
        values = self.cleaned_data
        return Asked(
            sort=values.get("sort", ""), person=values.get("person", ""),
            since=values.get("since"), until=values.get("until"),
            before=values.get("before") or 0,
        )  # fmt: skip

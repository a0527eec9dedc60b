"""Keeping a list under a name, and choosing the columns of lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals.access import READERS
from appeals.models.saved_view import EVERYONE
from callcenter.forms import SentOnce, Versioned
from people.models import Role

SHARED = [
    ("", _("Only me")),
    (EVERYONE, _("Everyone who reads the lists")),
    *[(str(role), role.label) for role in Role if str(role) in READERS],
]


class ViewForm(SentOnce):
    """A name, and who sees it."""

    name = forms.CharField(label=_("Name of the view"), max_length=60)
    shared_with = forms.ChoiceField(
        label=_("Seen by"), choices=SHARED, required=False,
        help_text=_("Everybody sees in it only the appeals that are for them."),
    )  # fmt: skip


class ViewChangeForm(Versioned):
    """Another name, others who see it."""

    name = ViewForm.base_fields["name"]
    shared_with = ViewForm.base_fields["shared_with"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", "shared_with"])

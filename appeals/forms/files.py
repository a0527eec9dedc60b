"""What is asked before a file is hidden."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals.forms.base import words


class DetachForm(forms.Form):
    """Why a file does not belong to its appeal."""

    note = words(_("Reason"), rows=3, max_length=2000)

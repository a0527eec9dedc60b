"""What an administrator types about how sure a suggestion must be."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals.models import Topic
from callcenter.forms import Combobox


class ThresholdForm(forms.Form):
    """A topic, and from which confidence a suggestion decides on its appeals by itself."""

    topic = forms.ModelChoiceField(
        Topic.objects.filter(valid_to=None), label=_("Topic"), widget=Combobox
    )
    percent = forms.IntegerField(
        label=_("From which confidence, %"), min_value=50, max_value=100, initial=95,
        help_text=_("50 to 100; complaints and restricted appeals are never decided by a suggestion"),
    )  # fmt: skip

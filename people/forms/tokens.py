"""What an administrator fills in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from callcenter.forms import Combobox, DateField, SentOnce, Ticks
from people import actions
from people.api.scopes import known_scopes
from people.models import ApiToken, Structure, User

#: A new token lives so many days unless told otherwise.
USUAL_DAYS = 180


class TokenForm(SentOnce):
    """For which program, as whom, what it may do and until when."""

    name = forms.CharField(
        label=_("What for"), max_length=120, help_text=_("The program and who keeps it")
    )
    user = forms.ModelChoiceField(
        label=_("Acts as"),
        queryset=User.objects.filter(is_active=True).order_by("last_name", "first_name", "id"),
        widget=Combobox,
        help_text=_("The token sees and does what this person may, and no more"),
    )
    structure = forms.ModelChoiceField(
        label=_("Only for the structure"), queryset=Structure.objects.none(), widget=Combobox,
        required=False, help_text=_("For a structure's own system: only its referrals are seen"),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(label=_("Scopes"), widget=Ticks)
    expires_on = DateField(label=_("Valid until"))
    per_minute = forms.IntegerField(
        label=_("Requests a minute"), min_value=1, max_value=100_000, required=False,
        help_text=_("Empty: the usual number"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        last = timezone.localdate() + dt.timedelta(days=USUAL_DAYS)
        kwargs["initial"] = {"expires_on": last, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["structure"].queryset = Structure.objects.current().order_by("path")
        self.fields["scopes"].choices = [
            (code, f"{label} ({code})") for code, label in known_scopes().items()
        ]

    def save(self, by: User) -> tuple[ApiToken, str] | None:
        """The token and its secret; a broken rule stands beside its field."""
        values = self.cleaned_data
        last = dt.datetime.combine(values["expires_on"] + dt.timedelta(days=1), dt.time.min)
        try:
            return actions.make_token(
                by=by, name=values["name"], user=values["user"], structure=values["structure"],
                scopes=values["scopes"], expires_at=timezone.make_aware(last),
                per_minute=values["per_minute"], client_id=values["client_id"],
            )  # fmt: skip
        except (AlreadyDone, NotAllowed):
            raise
        except RuleBroken as broken:
            self.add_error(broken.field if broken.field in self.fields else None, broken.message)
            return None

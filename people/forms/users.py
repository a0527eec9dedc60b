"""What an administrator says of a person, and of who acts for whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from callcenter.forms import Combobox, DateField
from people.actions import users
from people.models import Delegation, Role, User

FOUND_BY = ("last_name", "first_name", "id")


class UsersFilter(forms.Form):
    """By a part of the name, by role; those who left only when asked for."""

    q = forms.CharField(label=_("Name or user name"), max_length=80, required=False)
    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("All")), *Role.choices], required=False
    )
    left = forms.BooleanField(label=_("Those who left too"), required=False)


class UserForm(forms.Form):
    """One person. The state read goes with it: a save over another's save is noticed."""

    last_name = forms.CharField(label=_("Surname"), max_length=150)
    first_name = forms.CharField(label=_("Given name"), max_length=150)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=80, required=False)
    username = forms.CharField(
        label=_("User name"), max_length=150, help_text=_("What is typed at the sign-in")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    email = forms.EmailField(label=_("E-mail"), required=False)
    extension = forms.CharField(label=_("Telephone extension"), max_length=20, required=False)
    language = forms.ChoiceField(label=_("Language of e-mails"), choices=settings.LANGUAGES)
    state = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, row: User | None = None) -> None:
        self.row = row
        initial: dict[str, Any] = {"language": "az", "role": Role.OPERATOR}
        if row is not None:
            initial = {name: getattr(row, name) for name in users.FIELDS}
            initial["state"] = users.state_of_user(row)
        super().__init__(data, initial=initial)
        if row is None:
            self.fields["last_name"].widget.attrs["autofocus"] = True

    def save(self, by: User) -> tuple[User, str] | None:
        """The person and, of a new one, the first password; a broken rule stands beside its field."""
        values = dict(self.cleaned_data)
        state = values.pop("state")
        try:
            if self.row is None:
                return users.add_user(by=by, values=values)
            return users.change_user(self.row.pk, by=by, values=values, state=state), ""
        except (NotAllowed, StaleForm):
            raise
        except RuleBroken as broken:
            self.add_error(broken.field if broken.field in self.fields else None, broken.message)
            return None


class DelegationForm(forms.Form):
    """Who acts for a person, between which days and by which order."""

    deputy = forms.ModelChoiceField(
        label=_("Acts for them"), queryset=User.objects.none(), widget=Combobox
    )
    valid_from = DateField(label=_("From"))
    valid_to = DateField(label=_("To"), required=False, help_text=_("Empty: until it is ended"))
    order_number = forms.CharField(label=_("Order number"), max_length=60)
    order_on = DateField(label=_("Order date"))

    def __init__(self, data: Any = None, *, principal: User) -> None:
        self.principal = principal
        super().__init__(data, initial={"valid_from": timezone.localdate()})
        others = User.objects.filter(is_active=True).exclude(pk=principal.pk)
        self.fields["deputy"].queryset = others.order_by(*FOUND_BY)

    def save(self, by: User) -> Delegation | None:
        """The order as kept; a broken rule stands beside its field."""
        try:
            return users.delegate(by=by, principal=self.principal, **self.cleaned_data)
        except NotAllowed:
            raise
        except RuleBroken as broken:
            self.add_error(broken.field if broken.field in self.fields else None, broken.message)
            return None

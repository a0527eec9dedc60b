"""What people fill in about people and their programs."""

from people.forms.own import OwnPasswordForm
from people.forms.tokens import TokenForm
from people.forms.users import DelegationForm, UserForm, UsersFilter

__all__ = ["DelegationForm", "OwnPasswordForm", "TokenForm", "UserForm", "UsersFilter"]

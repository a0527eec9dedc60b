"""What the forms of appeals share."""

from __future__ import annotations

from typing import Any

from django import forms

from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from callcenter.forms import Combobox


class Lookup(Combobox):
    """Found only by asking: the page itself carries nobody but the chosen one."""

    shown = 0


def add_broken(form: forms.Form, broken: RuleBroken) -> None:
    """A broken rule beside its field; what is no matter of the form goes on to its own answer."""
    if isinstance(broken, (AlreadyDone, NotAllowed)):
        raise broken
    form.add_error(broken.field if broken.field in form.fields else None, str(broken.message))


def words(label: Any, rows: int = 4, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

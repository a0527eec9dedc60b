"""What the forms of appeals share."""

from __future__ import annotations

from typing import Any

from django import forms

from appeals.models import Appeal
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from callcenter.forms import Combobox, Versioned
from people.models import User


class Lookup(Combobox):
    """Found only by asking: the page itself carries nobody but the chosen one."""

    shown = 0


def add_broken(form: forms.Form, broken: RuleBroken) -> None:
    """A broken rule beside its field; what is no matter of the form goes on to its own answer."""
    if isinstance(broken, (AlreadyDone, NotAllowed)):
        raise broken
    form.add_error(broken.field if broken.field in form.fields else None, str(broken.message))


class Words(forms.Textarea):
    """A text of any length: a very long one is told to the browser, which else lays it out slowly."""

    #: Characters; static/js/long.js keeps the same.
    LONG = 20_000

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if len(str(value or "")) > self.LONG:
            context["widget"]["attrs"]["class"] = "is-long"
        return context


def words(label: Any, rows: int = 4, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=Words(attrs={"rows": rows}), **kwargs)


class StepForm(Versioned):
    """The form of one step; `run` calls its verb."""

    told = ""  # the field a colleague may have written too

    @classmethod
    def is_offered(cls, appeal: Appeal) -> bool:
        """Whether the button is shown, beyond what the table of the lifecycle says."""
        return True

    def __init__(self, *args: Any, appeal: Appeal, user: User, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {}).setdefault("version", appeal.version)
        super().__init__(*args, **kwargs)
        self.appeal = appeal
        self.user = user
        first = next(iter(self.visible_fields()), None)
        if first is not None and not self.is_bound:
            first.field.widget.attrs["autofocus"] = True

    def common(self) -> dict[str, Any]:
        return {"by": self.user, "version": self.cleaned_data["version"]}

    def run(self) -> None:
        raise NotImplementedError

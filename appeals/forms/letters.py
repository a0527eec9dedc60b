"""What people say of letters and of notices that did not arrive."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals import actions
from appeals.kinds import NoticeChannel
from appeals.postal import Deed
from callcenter.forms import DateField
from people.models import User


class DayForm(forms.Form):
    """A step of a letter and its day, today unless told."""

    on = DateField(label=_("Day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())

    def run(self, letter_id: int, by: User) -> None:
        raise NotImplementedError


class PrintedForm(forms.Form):
    def run(self, letter_id: int, by: User) -> None:
        actions.print_letters([letter_id], by=by)


class PostedForm(DayForm):
    on = DateField(label=_("Posted on"))


class NumberedForm(PostedForm):
    """One letter, with the number the post gave it."""

    number = forms.CharField(label=_("Number at the post"), max_length=60, required=False)

    def run(self, letter_id: int, by: User) -> None:
        values = self.cleaned_data
        actions.post_letter(letter_id, by=by, on=values["on"], number=values["number"])


class ReceivedForm(DayForm):
    on = DateField(label=_("Received on"))

    def run(self, letter_id: int, by: User) -> None:
        actions.letter_received(letter_id, by=by, on=self.cleaned_data["on"])


class ReturnedForm(DayForm):
    on = DateField(label=_("Came back on"))
    reason = forms.CharField(label=_("Why it came back"), max_length=250)

    def run(self, letter_id: int, by: User) -> None:
        values = self.cleaned_data
        actions.letter_returned(letter_id, by=by, on=values["on"], reason=values["reason"])


DEED_FORMS: dict[Deed, type[Any]] = {
    Deed.PRINT: PrintedForm,
    Deed.POST: NumberedForm,
    Deed.RECEIVE: ReceivedForm,
    Deed.RETURN: ReturnedForm,
}


class AgainForm(forms.Form):
    """Which way a notice takes this time: only ways there are today."""

    channel = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, channels: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(NoticeChannel.choices)
        field = self.fields["channel"]
        field.choices = [(code, labels[code]) for code in channels]
        field.initial = channels[0] if channels else None

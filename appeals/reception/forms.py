"""The forms of reception: hours, an invitation, what became of it, a calendar address, an official."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from appeals.forms.base import words
from appeals.forms.dictionaries import RowForm
from appeals.reception import actions
from appeals.reception.lifecycle import Step
from appeals.reception.models import Reception, ReceptionOfficial, ReceptionSlot
from callcenter.forms import Choices, Combobox, DateField, SentOnce, Ticks, Versioned
from people.legal import number
from people.models import Role, User
from people.standing import standing_of

#: Free hours offered at once.
OFFERED = 8
WEEKDAYS = [
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")),
    (5, _("Saturday")),
]  # fmt: skip


def hour_words(slot: ReceptionSlot) -> str:
    """Tue 07.04.2026 · 10:00–10:30 · who · where."""
    start, end = timezone.localtime(slot.starts_at), timezone.localtime(slot.ends_at)
    parts = [
        f"{date_format(start, 'D')} {start:%d.%m.%Y}", f"{start:%H:%M}–{end:%H:%M}",
        slot.official.name, slot.place,
    ]  # fmt: skip
    return " · ".join(parts)


class HourField(forms.TypedChoiceField):
    """One of the free hours. One that was taken meanwhile goes to the verb, which says so in words."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=int, widget=Choices, label=_("Hour"), **kwargs)

    def valid_value(self, value: Any) -> bool:
        return str(value).isdecimal() and len(str(value)) < 19

    def offer(self, now: dt.datetime, official: ReceptionOfficial | None) -> None:
        rows = ReceptionSlot.objects.free(now)
        if official is not None:
            rows = rows.filter(official=official)
        self.choices = [(slot.pk, hour_words(slot)) for slot in rows[:OFFERED]]


class BookForm(SentOnce):
    """Inviting the applicant of an appeal."""

    slot = HourField()
    subject = words(
        _("What is told to the applicant"), rows=2, required=False, max_length=300,
        help_text=_("For example what to bring; stands in the invitation"),
    )  # fmt: skip
    told_by_phone = forms.BooleanField(
        label=_("Told now by phone; nothing is sent"), required=False
    )

    def __init__(
        self, *args: Any, official: ReceptionOfficial | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].offer(timezone.now(), official)

    def run(self, appeal_id: int, by: User) -> Reception:
        values = self.cleaned_data
        return actions.invite(
            appeal_id, by=by, slot_id=values["slot"], client_id=values["client_id"],
            subject=values["subject"], told_by_phone=values["told_by_phone"],
        )  # fmt: skip


class StepForm(Versioned):
    """What became of a reception; `run` calls the verb."""

    def run(self, pk: int, by: User) -> Reception:
        raise NotImplementedError


class DirectForm(StepForm):
    """A button without fields."""

    verb = staticmethod(actions.confirm)

    def run(self, pk: int, by: User) -> Reception:
        return self.verb(pk, by=by, version=self.cleaned_data["version"])


class CameForm(DirectForm):
    verb = staticmethod(actions.came)


class MissForm(DirectForm):
    verb = staticmethod(actions.miss)


class ReasonForm(StepForm):
    """A step that needs only its reason."""

    note = words(_("Reason"), rows=3, max_length=500)
    verb = staticmethod(actions.cancel)

    def run(self, pk: int, by: User) -> Reception:
        values = self.cleaned_data
        return self.verb(pk, by=by, note=values["note"], version=values["version"])


class DeclineForm(ReasonForm):
    verb = staticmethod(actions.decline)


class AbsentForm(ReasonForm):
    verb = staticmethod(actions.absent)


class UnmarkForm(ReasonForm):
    verb = staticmethod(actions.unmark)


class MoveForm(StepForm):
    slot = HourField()
    note = words(_("Reason"), rows=2, required=False, max_length=500)
    told_by_phone = forms.BooleanField(
        label=_("Told now by phone; nothing is sent"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].offer(timezone.now(), None)

    def run(self, pk: int, by: User) -> Reception:
        values = self.cleaned_data
        return actions.move(
            pk, by=by, slot_id=values["slot"], note=values["note"],
            told_by_phone=values["told_by_phone"], version=values["version"],
        )  # fmt: skip


class MinutesForm(StepForm):
    minutes = words(_("Minutes"), rows=8, help_text=_("What was asked, what was answered"))
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Reception.Outcome, widget=Choices)
    has_consent = forms.BooleanField(
        label=_("The applicant agreed to an oral answer"), required=False
    )

    def run(self, pk: int, by: User) -> Reception:
        values = self.cleaned_data
        return actions.write_minutes(
            pk, by=by, minutes=values["minutes"], outcome=values["outcome"],
            has_consent=values["has_consent"], version=values["version"],
        )  # fmt: skip


STEP_FORMS: dict[Step, type[StepForm]] = {
    Step.CONFIRM: DirectForm,
    Step.CAME: CameForm,
    Step.MISS: MissForm,
    Step.MINUTES: MinutesForm,
    Step.ABSENT: AbsentForm,
    Step.MOVE: MoveForm,
    Step.DECLINE: DeclineForm,
    Step.CANCEL: ReasonForm,
    Step.UNMARK: UnmarkForm,
}


class TimeField(forms.TimeField):
    """10:00, 10.00 or 1000."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            input_formats=("%H:%M", "%H.%M", "%H%M"),
            widget=forms.TimeInput(
                format="%H:%M",
                attrs={"inputmode": "numeric", "placeholder": "10:00", "maxlength": 5},
            ),
            error_messages={"invalid": _("Write the time as 10:00.")},
            **kwargs,
        )


class SlotsForm(SentOnce):
    """Hours of one day, or of every week until a day."""

    official = forms.ModelChoiceField(
        label=_("Official"), queryset=ReceptionOfficial.objects.none()
    )
    place = forms.CharField(
        label=_("Place"), max_length=200, required=False,
        help_text=_("Empty: the usual place of the official"),
    )  # fmt: skip
    on = DateField(label=_("Day"))
    opens = TimeField(label=_("Begins at"))
    closes = TimeField(label=_("Ends at"))
    minutes = forms.IntegerField(label=_("Minutes for one reception"), min_value=5, max_value=600)
    capacity = forms.IntegerField(
        label=_("Places in each"), min_value=1, max_value=50, initial=1,
        help_text=_("Several applicants received together or in turn"),
    )  # fmt: skip
    until = DateField(
        label=_("Repeat every week until"), required=False,
        help_text=_("Days off are passed over"),
    )  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these weekdays"), choices=WEEKDAYS, coerce=int, widget=Ticks, required=False,
        help_text=_("None: the weekday of the day above"),
    )  # fmt: skip
    on_day_off = forms.BooleanField(
        label=_("It is meant: reception is held on this day off"), required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        officials = ReceptionOfficial.objects.current()
        if not standing_of(user).has(Role.SECTOR_HEAD):
            officials = officials.kept_by(user)
        self.fields["official"].queryset = officials.order_by("name")
        self.fields["minutes"].initial = number("reception_minutes", 30)

    def run(self, by: User) -> tuple[list[ReceptionSlot], list[dt.date]]:
        values = self.cleaned_data
        hours = actions.Hours(
            on=values["on"], opens=values["opens"], closes=values["closes"],
            minutes=values["minutes"], capacity=values["capacity"], until=values["until"],
            weekdays=tuple(values["weekdays"]), place=values["place"],
            on_day_off=values["on_day_off"],
        )  # fmt: skip
        return actions.make_slots(
            by=by, official_id=values["official"].pk, hours=hours, client_id=values["client_id"]
        )


class CancelSlotForm(forms.Form):
    reason = words(
        _("Reason"), rows=2, max_length=500, help_text=_("Told to those who were invited")
    )


class FeedForm(forms.Form):
    """A calendar address for one program."""

    name = forms.CharField(
        label=_("What for"), max_length=80, help_text=_("For example: Outlook, my phone")
    )
    official = forms.ModelChoiceField(
        label=_("Official"), queryset=ReceptionOfficial.objects.none(), required=False,
        empty_label=_("Everybody I see"),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        visible = ReceptionOfficial.objects.current().visible_to(user)
        self.fields["official"].queryset = visible.order_by("name")


class OfficialForm(RowForm):
    """Who receives; never deleted: it ends on a day."""

    valid_from = DateField(label=_("From"))
    valid_to = DateField(label=_("To"), required=False)

    class Meta:
        model = ReceptionOfficial
        fields = (
            "code", "name", "position_az", "position_en", "position_ru", "structure", "user",
            "assistant", "place", "valid_from", "valid_to",
        )  # fmt: skip
        widgets = {"structure": Combobox, "user": Combobox, "assistant": Combobox}
        help_texts = {
            "user": _("Sees the own receptions here; empty where there is no sign-in"),
            "assistant": _("Keeps the calendar, marks who came and writes the minutes"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).exclude(role=Role.ADMINISTRATOR)
        for name in ("user", "assistant"):
            self.fields[name].queryset = people.order_by("last_name", "first_name")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        begin, end = values.get("valid_from"), values.get("valid_to")
        if begin and end and end < begin:
            self.add_error("valid_to", _("It ends before it begins."))
        return values

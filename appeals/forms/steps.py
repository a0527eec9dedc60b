"""The small form of each step of an appeal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals import actions
from appeals.endings import still_open
from appeals.forms.base import StepForm, words
from appeals.forms.extensions import AskExtensionForm, DecideExtensionForm
from appeals.kinds import Channel, InquirySort, Kind, Language
from appeals.lifecycle import Action
from appeals.models import Appeal, Ground, Outcome, Region, Topic
from callcenter.forms import Combobox, Segments
from people.models import Role, Structure, User


class TakeForm(StepForm):
    def run(self) -> None:
        actions.take(self.appeal.pk, **self.common())


class AssignForm(StepForm):
    to = forms.ModelChoiceField(
        label=_("To whom"),
        queryset=User.objects.filter(
            role__in=[Role.OPERATOR, Role.SECTOR_HEAD], is_active=True
        ).order_by("last_name", "first_name"),
    )

    def run(self) -> None:
        actions.assign(self.appeal.pk, to=self.cleaned_data["to"], **self.common())


class AskForm(StepForm):
    note = words(_("What is asked of the applicant"))
    are_defects = forms.BooleanField(
        label=_("These are defects of the request: tell them in a notice"), required=False
    )

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        super().__init__(*args, appeal=appeal, **kwargs)
        if not appeal.inquiry_sort:
            del self.fields["are_defects"]

    def run(self) -> None:
        values = self.cleaned_data
        actions.ask_applicant(
            self.appeal.pk, question=values["note"],
            are_defects=values.get("are_defects", False), **self.common(),
        )  # fmt: skip


class ReplyForm(StepForm):
    note = words(_("What the applicant replied"))

    def run(self) -> None:
        actions.applicant_replied(self.appeal.pk, reply=self.cleaned_data["note"], **self.common())


class AnswerForm(StepForm):
    told = "answer_text"
    text = words(_("Answer"), rows=10)
    source = forms.CharField(label=_("Source of the answer"), max_length=250, required=False)

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        kwargs["initial"] = {"text": appeal.answer_text, "source": appeal.answer_source}
        super().__init__(*args, appeal=appeal, **kwargs)

    def run(self) -> None:
        values = self.cleaned_data
        actions.answer(
            self.appeal.pk, text=values["text"], source=values["source"], **self.common()
        )


class CloseForm(AnswerForm):
    outcome = forms.ModelChoiceField(
        label=_("Outcome"), queryset=Outcome.objects.filter(is_chosen_by_hand=True)
    )
    told_by_phone = forms.BooleanField(label=_("The applicant was told by phone"), required=False)
    note = words(_("Why it ends without the open answers"), rows=2, required=False)
    field_order = ["outcome", "text", "source", "note", "told_by_phone"]

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        super().__init__(*args, appeal=appeal, **kwargs)
        if not tell_running(self, appeal):
            del self.fields["note"]

    def run(self) -> None:
        values = self.cleaned_data
        actions.close(
            self.appeal.pk, outcome=values["outcome"], text=values["text"],
            source=values["source"], told_by_phone=values["told_by_phone"],
            note=values.get("note", ""), **self.common(),
        )  # fmt: skip


def tell_running(form: StepForm, appeal: Appeal) -> bool:
    """Say beside the reason what ends with the appeal; whether anything does."""
    running = still_open(appeal)
    if running:
        form.fields["note"].help_text = _("Taken back with it: %(names)s") % {
            "names": "; ".join(running)
        }
    return bool(running)


class ReasonForm(StepForm):
    """Steps that need only a reason."""

    verbs = {
        Action.SEND_BACK: actions.send_back,
        Action.WITHDRAW: actions.withdraw,
        Action.REOPEN: actions.reopen,
    }
    action: Action
    note = words(_("Reason"))

    def run(self) -> None:
        verb = self.verbs[self.action]
        verb(self.appeal.pk, reason=self.cleaned_data["note"], **self.common())


class SendBackForm(ReasonForm):
    action = Action.SEND_BACK


class WithdrawForm(ReasonForm):
    action = Action.WITHDRAW

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        super().__init__(*args, appeal=appeal, **kwargs)
        tell_running(self, appeal)


class ReopenForm(ReasonForm):
    action = Action.REOPEN


class LeaveForm(StepForm):
    ground = forms.ModelChoiceField(label=_("Legal ground"), queryset=Ground.objects.all())
    note = words(_("Reason"), help_text=_("The applicant reads it with the ground"))
    told_by_phone = forms.BooleanField(label=_("The applicant was told by phone"), required=False)

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        super().__init__(*args, appeal=appeal, **kwargs)
        tell_running(self, appeal)

    def run(self) -> None:
        values = self.cleaned_data
        actions.leave(
            self.appeal.pk, ground=values["ground"], reason=values["note"],
            told_by_phone=values["told_by_phone"], **self.common(),
        )  # fmt: skip


class NoteForm(StepForm):
    text = words(_("Note"), help_text=_("Seen only inside the sector"))

    def run(self) -> None:
        actions.note(self.appeal.pk, by=self.user, text=self.cleaned_data["text"])


class CorrectForm(StepForm):
    """What was registered, to be put right; only what differs is told by the journal."""

    told = "text"
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=Segments)
    inquiry_sort = forms.ChoiceField(
        label=_("Sort of inquiry"), choices=InquirySort.choices, required=False
    )
    topic = forms.ModelChoiceField(label=_("Topic"), queryset=Topic.objects.all(), widget=Combobox)
    text = words(_("What the appeal is about"), rows=7)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    region = forms.ModelChoiceField(
        label=_("Region"), queryset=Region.objects.all(), widget=Combobox, required=False
    )
    complained_structure = forms.ModelChoiceField(
        label=_("Complained-about structure"), queryset=Structure.objects.all(),
        widget=Combobox, required=False, help_text=_("Only for a complaint"),
    )  # fmt: skip
    complained_official = forms.CharField(
        label=_("Complained-about official"), max_length=200, required=False
    )
    is_restricted = forms.BooleanField(label=_("Restricted visibility"), required=False)
    is_corruption = forms.BooleanField(label=_("Reports corruption"), required=False)
    note = forms.CharField(label=_("Why it is corrected"), max_length=500, required=False)

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        kwargs["initial"] = {
            name: getattr(appeal, name) for name in self.base_fields if hasattr(appeal, name)
        }
        super().__init__(*args, appeal=appeal, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("complained_structure") and values.get("kind") != Kind.COMPLAINT:
            self.add_error(
                "complained_structure", _("Only a complaint names whom it complains about.")
            )
        return values

    def run(self) -> None:
        given = {**self.cleaned_data}
        note = given.pop("note")
        given.pop("version")
        values: dict[str, object] = {}
        for name, value in given.items():
            if name in ("topic", "region", "complained_structure"):
                values[f"{name}_id"] = value.pk if value is not None else None
            else:
                values[name] = value
        actions.correct(self.appeal.pk, values=values, note=note, **self.common())


STEP_FORMS: dict[Action, type[StepForm]] = {
    Action.TAKE: TakeForm,
    Action.ASSIGN: AssignForm,
    Action.ASK_APPLICANT: AskForm,
    Action.APPLICANT_REPLIED: ReplyForm,
    Action.ANSWER: AnswerForm,
    Action.CLOSE: CloseForm,
    Action.SEND_BACK: SendBackForm,
    Action.WITHDRAW: WithdrawForm,
    Action.LEAVE: LeaveForm,
    Action.REOPEN: ReopenForm,
    Action.CORRECT: CorrectForm,
    Action.NOTE: NoteForm,
    Action.ASK_EXTENSION: AskExtensionForm,
    Action.DECIDE_EXTENSION: DecideExtensionForm,
}

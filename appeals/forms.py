"""What people fill in: the intake of an appeal and the small form of each step."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals import actions
from appeals.actions.intake import Intake
from appeals.kinds import Channel, InquirySort, Kind, Language
from appeals.lifecycle import Action
from appeals.models import Appeal, Applicant, Ground, Outcome, Region, Topic
from appeals.models.applicant import ApplicantKind
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from callcenter.forms import Combobox, Segments, SentOnce, Versioned
from people.models import Role, Structure, User

#: A new applicant's fields, in the order of the form.
NAMES = ("surname", "given_name", "patronymic", "organisation_name", "fin", "voen")


class Lookup(Combobox):
    """Found only by asking: the page itself carries nobody but the chosen one."""

    shown = 0


def add_broken(form: forms.Form, broken: RuleBroken) -> None:
    """A broken rule beside its field; what is no matter of the form goes on to its own answer."""
    if isinstance(broken, (AlreadyDone, NotAllowed)):
        raise broken
    form.add_error(broken.field if broken.field in form.fields else None, str(broken.message))


def _words(label: Any, rows: int = 4, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class IntakeForm(SentOnce):
    """One matter of one applicant, as the operator hears it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=Segments)
    inquiry_sort = forms.ChoiceField(
        label=_("Sort of inquiry"), choices=InquirySort.choices, required=False
    )
    topic = forms.ModelChoiceField(label=_("Topic"), queryset=Topic.objects.none(), widget=Combobox)
    text = _words(_("What the appeal is about"), rows=7)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices, initial=Channel.PHONE)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices, initial=Language.AZ)
    region = forms.ModelChoiceField(
        label=_("Region"), queryset=Region.objects.all(), widget=Combobox, required=False
    )
    caller_phone = forms.CharField(
        label=_("Caller's number"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    applicant = forms.ModelChoiceField(
        label=_("Known applicant"), queryset=Applicant.objects.none(), required=False,
        help_text=_("By telephone, name, FIN or VÖEN"),
    )  # fmt: skip
    surname = forms.CharField(label=_("Surname"), max_length=80, required=False)
    given_name = forms.CharField(label=_("Given name"), max_length=80, required=False)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=80, required=False)
    organisation_name = forms.CharField(label=_("Organisation"), max_length=250, required=False)
    fin = forms.CharField(label=_("FIN"), max_length=20, required=False)
    voen = forms.CharField(label=_("VÖEN"), max_length=20, required=False)
    complained_structure = forms.ModelChoiceField(
        label=_("Complained-about structure"), queryset=Structure.objects.none(),
        widget=Combobox, required=False, help_text=_("Only for a complaint"),
    )  # fmt: skip
    complained_official = forms.CharField(
        label=_("Complained-about official"), max_length=200, required=False
    )
    is_restricted = forms.BooleanField(label=_("Restricted visibility"), required=False)
    is_corruption = forms.BooleanField(label=_("Reports corruption"), required=False)
    answer = _words(_("Answer given at once"), required=False)
    answer_source = forms.CharField(label=_("Source of the answer"), max_length=250, required=False)
    outcome = forms.ModelChoiceField(
        label=_("Outcome"), queryset=Outcome.objects.filter(is_chosen_by_hand=True), required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not self.is_bound:
            self.fields["kind"].widget.attrs["autofocus"] = True
        today = timezone.localdate()
        self.fields["topic"].queryset = Topic.objects.on(today)
        self.fields["complained_structure"].queryset = Structure.objects.on(today)
        applicant = self.fields["applicant"]
        applicant.widget = Lookup("applicants-find")
        applicant.queryset = Applicant.objects.visible_to(user)
        applicant.widget.choices = applicant.choices

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("applicant") and any(values.get(name) for name in NAMES):
            self.add_error("applicant", _("Choose a known applicant or write a new one, not both."))
        return values

    def save(self) -> Appeal | None:
        """Register; nothing is kept, the applicant neither, when a rule refuses."""
        try:
            with transaction.atomic():
                return self._register()
        except RuleBroken as broken:
            add_broken(self, broken)
            return None

    def _register(self) -> Appeal:
        values = self.cleaned_data
        taken = {
            name: values[name]
            for name in (
                "kind", "topic", "text", "channel", "language", "region", "caller_phone",
                "inquiry_sort", "complained_structure", "complained_official", "is_restricted",
                "is_corruption", "answer", "answer_source", "outcome",
            )
        }  # fmt: skip
        intake = Intake(**taken, applicant=self._applicant())
        return actions.register(by=self.user, client_id=values["client_id"], intake=intake)

    def _applicant(self) -> Applicant | None:
        values = self.cleaned_data
        if values["applicant"] or not any(values[name] for name in NAMES):
            return values["applicant"]
        is_person = bool(values["surname"] or values["given_name"])
        kind = ApplicantKind.PERSON if is_person else ApplicantKind.ORGANISATION
        return actions.save_applicant(
            by=self.user,
            values={
                "kind": kind,
                "language": values["language"],
                "region_id": values["region"].pk if values["region"] else None,
                **{name: values[name] for name in NAMES},
            },
            # One form makes one applicant, however often it is sent.
            client_id=uuid.uuid5(values["client_id"], "applicant"),
            phones=[values["caller_phone"]],
        )


class StepForm(Versioned):
    """The form of one step; `run` calls its verb."""

    told = ""  # the field a colleague may have written too

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
    note = _words(_("What is asked of the applicant"))

    def run(self) -> None:
        actions.ask_applicant(self.appeal.pk, question=self.cleaned_data["note"], **self.common())


class ReplyForm(StepForm):
    note = _words(_("What the applicant replied"))

    def run(self) -> None:
        actions.applicant_replied(self.appeal.pk, reply=self.cleaned_data["note"], **self.common())


class AnswerForm(StepForm):
    told = "answer_text"
    text = _words(_("Answer"), rows=10)
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
    field_order = ["outcome", "text", "source", "told_by_phone"]

    def run(self) -> None:
        values = self.cleaned_data
        actions.close(
            self.appeal.pk, outcome=values["outcome"], text=values["text"],
            source=values["source"], told_by_phone=values["told_by_phone"], **self.common(),
        )  # fmt: skip


class ReasonForm(StepForm):
    """Steps that need only a reason."""

    verbs = {
        Action.SEND_BACK: actions.send_back,
        Action.WITHDRAW: actions.withdraw,
        Action.REOPEN: actions.reopen,
    }
    action: Action
    note = _words(_("Reason"))

    def run(self) -> None:
        verb = self.verbs[self.action]
        verb(self.appeal.pk, reason=self.cleaned_data["note"], **self.common())


class SendBackForm(ReasonForm):
    action = Action.SEND_BACK


class WithdrawForm(ReasonForm):
    action = Action.WITHDRAW


class ReopenForm(ReasonForm):
    action = Action.REOPEN


class LeaveForm(StepForm):
    ground = forms.ModelChoiceField(label=_("Legal ground"), queryset=Ground.objects.all())
    note = _words(_("Reason"))

    def run(self) -> None:
        values = self.cleaned_data
        actions.leave(
            self.appeal.pk, ground=values["ground"], reason=values["note"], **self.common()
        )


class NoteForm(StepForm):
    text = _words(_("Note"), help_text=_("Seen only inside the sector"))

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
    text = _words(_("What the appeal is about"), rows=7)
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
}

"""The small form of each step of a referral. Each says with `values` what its verb is given."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter.forms import Choices, Combobox, DateField, Segments, SentOnce, Versioned
from people.models import Placement, Structure, User
from people.models.structure import Category
from routing.actions.answering import LONGEST_ANSWER
from routing.forms.fields import ColleagueChoice, StructureChoice, StructureSelect
from routing.guard import barred_structures
from routing.lifecycle import RAction
from routing.models import AnswerTemplate, Referral, ReturnGround
from routing.terms import LONGEST_DAYS, allowance
from routing.wording import templates_for

#: Steps that send the text of the one answer editor.
EDITED = (RAction.DRAFT, RAction.ANSWER, RAction.APPROVE)


class StepForm(Versioned):
    """A step with no more than a press of the button."""

    def __init__(self, *args: Any, referral: Referral, action: RAction, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.referral = referral
        self.action = action
        self.prepare()

    def prepare(self) -> None:
        """Set up what depends on the referral."""

    def values(self) -> dict[str, Any]:
        """What the verb is given beside the referral and the person."""
        return dict(self.cleaned_data)


def people_of(referral: Referral) -> Any:
    """Who works in the structure today."""
    today = Placement.objects.on(timezone.localdate())
    people = User.objects.filter(
        is_active=True, placements__in=today.filter(structure=referral.structure_id)
    )
    return people.distinct().order_by("last_name", "first_name")


class AcceptForm(StepForm):
    """Who executes."""

    executor = ColleagueChoice(User.objects.none(), label=_("Executor"), required=False)

    def prepare(self) -> None:
        field = self.fields["executor"]
        field.queryset = people_of(self.referral)
        accused = self.referral.appeal.complained_user_id
        if accused is not None:
            # Not offered; if sent all the same, the verb refuses and writes it down.
            field.widget.choices = [
                (value, label)
                for value, label in field.choices
                if not value or value.instance.pk != accused
            ]


class AssignForm(AcceptForm):
    """Who executes from now on."""

    executor = ColleagueChoice(User.objects.none(), label=_("Executor"))


class ReasonForm(StepForm):
    """A step that needs its reason."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=5000)


class ReturnForm(ReasonForm):
    """Why it is not theirs, and whose it may be."""

    ground = forms.ChoiceField(
        label=_("Ground"), choices=ReturnGround, widget=Choices, required=False
    )
    belongs_to = StructureChoice(
        Structure.objects.none(), label=_("Belongs to"), required=False, widget=Combobox,
        help_text=_("Whose competence it is; needed when it is not yours."),
    )  # fmt: skip
    field_order = ["version", "ground", "belongs_to", "reason"]

    def prepare(self) -> None:
        rows = Structure.objects.current().exclude(pk=self.referral.structure_id)
        self.fields["belongs_to"].queryset = rows.order_by("path")


class TemplateSelect(forms.Select):
    """Each choice carries its text, so that choosing writes it where the cursor stands."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        row = getattr(value, "instance", None)
        if row is not None:
            option["attrs"]["data-text"] = row.text
        return option


class AnswerForm(StepForm):
    """The structure's answer."""

    template = forms.ModelChoiceField(
        AnswerTemplate.objects.none(), label=_("Begin with a template"), required=False,
        widget=TemplateSelect, empty_label=_("Choose"),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Answer"), widget=forms.Textarea({"rows": 12}), max_length=LONGEST_ANSWER
    )
    without_parts = forms.BooleanField(
        label=_("Answer without waiting for the co-executors"), required=False
    )

    def prepare(self) -> None:
        if not self.referral.has_open_parts():
            del self.fields["without_parts"]
        offered = templates_for(self.referral)
        self.fields["template"].queryset = offered
        self.fields["template"].widget.attrs["data-insert-into"] = f"id_{self.add_prefix('text')}"
        # Without scripts a chosen template alone is an answer begun.
        self.fields["text"].required = not self.data.get(self.add_prefix("template"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        chosen = values.get("template")
        if chosen is not None and not values.get("text", "").strip():
            values["text"] = chosen.text
        return values

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        given.pop("template", None)
        # One editor for several buttons; only the structure's own word may leave the others behind.
        if self.action is not RAction.APPROVE:
            given.pop("without_parts", None)
        return given


class ExtensionForm(ReasonForm):
    """How much longer, and why."""

    days = forms.IntegerField(label=_("Working days more"), min_value=1)
    field_order = ["version", "days", "reason"]

    def prepare(self) -> None:
        most = allowance().days
        self.fields["days"].widget.attrs["max"] = most
        self.fields["days"].max_value = most


class DecisionForm(StepForm):
    """The longer term is granted or refused."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=[("granted", _("Grant")), ("refused", _("Refuse"))],
        widget=Segments,
    )  # fmt: skip
    note = forms.CharField(
        label=_("Words with the decision"), required=False, max_length=2000,
        widget=forms.Textarea({"rows": 2}), help_text=_("Needed when it is refused"),
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {"is_granted": given.pop("decision") == "granted", **given}


class ForwardForm(StepForm):
    """The letter that took it outside."""

    letter_number = forms.CharField(label=_("Number of the letter"), max_length=60)
    letter_on = DateField(label=_("Date of the letter"), initial=timezone.localdate)


class RecordForm(StepForm):
    """An answer that came on paper or through document circulation."""

    text = forms.CharField(
        label=_("Answer"), widget=forms.Textarea({"rows": 7}), max_length=LONGEST_ANSWER
    )
    source = forms.CharField(
        label=_("Number and date of the paper"), max_length=250, required=False
    )


class RerouteForm(SentOnce, StepForm):
    """To whom instead; the structure that returned it may have named one."""

    structure = StructureChoice(
        Structure.objects.none(), label=_("Structure"), widget=StructureSelect
    )
    days = forms.IntegerField(
        label=_("Term, working days"), required=False, min_value=1, max_value=LONGEST_DAYS
    )
    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea({"rows": 2}), max_length=5000, required=False,
        help_text=_("Needed while it has not been returned"),
    )  # fmt: skip

    def prepare(self) -> None:
        rows = Structure.objects.current().exclude(category=Category.OUTSIDE)
        field = self.fields["structure"]
        field.queryset = rows.exclude(pk=self.referral.structure_id).order_by("path")
        # The accused are not offered; if sent all the same, the verb refuses and writes it down.
        barred = barred_structures(self.referral.appeal.complained_structure_id)
        field.widget.choices = [
            (value, label)
            for value, label in field.choices
            if not value or value.instance.pk not in barred
        ]
        if self.referral.belongs_to_id not in barred:
            self.initial.setdefault("structure", self.referral.belongs_to_id)


FORMS: dict[RAction, type[StepForm]] = {
    RAction.ACCEPT: AcceptForm,
    RAction.ASSIGN: AssignForm,
    RAction.RETURN: ReturnForm,
    RAction.DRAFT: AnswerForm,
    RAction.ANSWER: AnswerForm,
    RAction.APPROVE: AnswerForm,
    RAction.REJECT: ReasonForm,
    RAction.ASK_EXTENSION: ExtensionForm,
    RAction.DECIDE_EXTENSION: DecisionForm,
    RAction.FORWARD: ForwardForm,
    RAction.RECORD_ANSWER: RecordForm,
    RAction.TAKE_ANSWER: StepForm,
    RAction.REWORK: ReasonForm,
    RAction.REROUTE: RerouteForm,
    RAction.WITHDRAW: ReasonForm,
}


def form_for(
    action: RAction, referral: Referral, data: object = None, *, typed: str | None = None
) -> StepForm:
    """The form of a step, holding the version that is read; one editor serves all that answer, and
    shows what was `typed` but not sent."""
    text = (referral.answer_text if typed is None else typed) if action in EDITED else ""
    initial: dict[str, object] = {"version": referral.version, "text": text}
    prefix = "answer" if action in EDITED else str(action)
    return FORMS[action](data, initial=initial, prefix=prefix, referral=referral, action=action)

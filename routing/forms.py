"""What is typed about a referral."""

from __future__ import annotations

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.models import Appeal
from callcenter.forms import SentOnce, Versioned
from people.models import Structure, User
from routing.guard import barred_structures
from routing.lifecycle import RAction
from routing.models import Referral, ReferralKind


class ReferForm(SentOnce, Versioned):
    """To whom, what for, by when, and what the structure is shown."""

    structure = forms.ModelChoiceField(Structure.objects.none(), label=_("Structure"))
    kind = forms.ChoiceField(
        label=_("What for"), choices=ReferralKind, initial=ReferralKind.EXECUTION
    )
    days = forms.IntegerField(
        label=_("Term, working days"), required=False, min_value=1, max_value=90
    )
    question = forms.CharField(
        label=_("Question"), widget=forms.Textarea({"rows": 4}), max_length=20_000, required=False
    )
    shares_text = forms.BooleanField(
        label=_("Share the text of the appeal"), required=False, initial=True
    )
    shares_files = forms.BooleanField(
        label=_("Share the attachments"), required=False, initial=True
    )

    def __init__(self, *args: object, appeal: Appeal, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["structure"]
        # The accused are not offered; if sent all the same, the verb refuses and writes it down.
        field.queryset = Structure.objects.current().order_by("path")
        barred = barred_structures(appeal.complained_structure_id)
        field.widget.choices = [
            (value, label)
            for value, label in field.choices
            if not value or value.instance.pk not in barred
        ]


class StepForm(Versioned):
    """A step with no more than a press of the button."""


class AcceptForm(StepForm):
    """Who executes."""

    executor = forms.ModelChoiceField(User.objects.none(), label=_("Executor"), required=False)

    def __init__(self, *args: object, referral: Referral, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["executor"].queryset = User.objects.filter(
            is_active=True,
            placements__in=referral.structure.placements.on(timezone.localdate()),
        ).distinct()


class ReasonForm(StepForm):
    """A step that needs its reason."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea({"rows": 3}), max_length=5000)


class ReturnForm(ReasonForm):
    """Why it is not theirs, and whose it may be."""

    belongs_to = forms.ModelChoiceField(
        Structure.objects.none(), label=_("Belongs to"), required=False
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["belongs_to"].queryset = Structure.objects.current().order_by("path")


class AnswerForm(StepForm):
    """The structure's answer."""

    text = forms.CharField(
        label=_("Answer"), widget=forms.Textarea({"rows": 7}), max_length=100_000
    )


FORMS: dict[RAction, type[StepForm]] = {
    RAction.ACCEPT: AcceptForm,
    RAction.RETURN: ReturnForm,
    RAction.DRAFT: AnswerForm,
    RAction.APPROVE: AnswerForm,
    RAction.REJECT: ReasonForm,
    RAction.TAKE_ANSWER: StepForm,
    RAction.REWORK: ReasonForm,
    RAction.WITHDRAW: ReasonForm,
}


def form_for(action: RAction, referral: Referral, data: object = None) -> StepForm:
    """The form of a step, holding the version that is read."""
    initial: dict[str, object] = {"version": referral.version, "text": referral.answer_text}
    extra = {"referral": referral} if action is RAction.ACCEPT else {}
    form = FORMS[action](data, initial=initial, prefix=str(action), **extra)
    return form

"""What the applicant thinks: asked by phone or on the page of the link; what the head does about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals import actions
from appeals.actions.notices import spoken
from appeals.actions.satisfaction import LONGEST_WORDS
from appeals.forms.base import StepForm, words
from appeals.kinds import NoticeReason
from appeals.models import Appeal, Rating
from callcenter.forms import Choices, Segments
from callcenter.kept import Kept
from people.legal import number

#: From the worst to the best; the number is part of the words, so that nobody mistakes the end.
SCORES = (
    (1, _("1, very bad")),
    (2, _("2, bad")),
    (3, _("3, so-so")),
    (4, _("4, good")),
    (5, _("5, very good")),
)


_last_given = Kept(
    lambda _fixed, appeal: (
        Rating.objects.filter(appeal=appeal).order_by("-id").values_list("given_at", flat=True)[:1]
    )
)


def _score(widget: type[forms.RadioSelect]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Rating"), choices=SCORES, coerce=int, widget=widget,
        error_messages={"required": _("Choose a rating from 1 to 5.")},
    )  # fmt: skip


def _reason(**more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Reason"), choices=[("", _("no reason given")), *Rating.Reason.choices],
        required=False, **more,
    )  # fmt: skip


class _Reasoned(forms.Form):
    """A bad rating says what was wrong."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        score = values.get("score")
        if score and score <= number("satisfaction_low_rating", 2) and not values.get("reason"):
            self.add_error("reason", _("Say what was wrong."))
        return values


class RateForm(_Reasoned, StepForm):
    """The operator asks on the telephone and writes down what was said."""

    score = _score(Segments)
    reason = _reason()
    words = words(_("In the applicant's words"), rows=3, required=False, max_length=LONGEST_WORDS)

    def __init__(self, *args: Any, appeal: Appeal, **kwargs: Any) -> None:
        super().__init__(*args, appeal=appeal, **kwargs)
        self.fields["score"].help_text = spoken(appeal, NoticeReason.SATISFACTION, {})

    @classmethod
    def is_offered(cls, appeal: Appeal) -> bool:
        """Not once the last ending was rated."""
        given = next(iter(_last_given(appeal=appeal.pk)), None)
        if given is None:
            return True
        return appeal.closed_at is not None and given < appeal.closed_at

    def run(self) -> None:
        values = self.cleaned_data
        actions.rate(
            self.appeal.pk, score=values["score"], reason=values["reason"], words=values["words"],
            **self.common(),
        )  # fmt: skip


class LinkForm(_Reasoned):
    """The same asked of the applicant, who needs no account."""

    score = _score(Choices)
    reason = _reason(widget=Choices)
    words = words(_("In your own words"), rows=4, required=False, max_length=LONGEST_WORDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["score"].label = _("How do you rate our service?")
        self.fields["score"].choices = list(reversed(SCORES))
        self.fields["reason"].label = _("Why?")


class ComplaintForm(forms.Form):
    """The applicant goes on in writing."""

    text = words(_("What you are not satisfied with"), rows=7, max_length=20_000)


class HandledForm(forms.Form):
    """What the head did about a dissatisfied applicant."""

    how = forms.CharField(label=_("What was done"), max_length=500)

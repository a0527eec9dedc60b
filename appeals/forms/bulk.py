"""What each step for many appeals asks, and which verb takes it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals import actions
from appeals.bulk import BulkVerb, Turn
from appeals.forms.base import words
from appeals.forms.steps import AssignForm, CloseForm
from appeals.lifecycle import Action
from appeals.models import Topic
from appeals.search import exact
from callcenter.errors import RuleBroken
from callcenter.forms import Combobox
from callcenter.text import clean


class TakeManyForm(forms.Form):
    """Nothing is asked."""


class AssignManyForm(forms.Form):
    to = AssignForm.base_fields["to"]


class TopicManyForm(forms.Form):
    topic = forms.ModelChoiceField(label=_("Topic"), queryset=Topic.objects.all(), widget=Combobox)
    note = forms.CharField(label=_("Why it is corrected"), max_length=500, required=False)

    def clean_topic(self) -> Topic:
        found: Topic = self.cleaned_data["topic"]
        if not Topic.objects.on(timezone.localdate()).filter(pk=found.pk).exists():
            raise forms.ValidationError(_("This topic is no longer used. Choose another."))
        return found


class NoteManyForm(forms.Form):
    text = words(_("Note"), help_text=_("Seen only inside the sector"))


class JoinManyForm(forms.Form):
    other = forms.CharField(
        label=_("Number of the open appeal they are joined to"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    note = words(_("Reason"), required=False)


class CloseManyForm(forms.Form):
    """The same answer for all of them, as after a breakdown that many reported."""

    text = words(_("Answer"), rows=8)
    source = CloseForm.base_fields["source"]
    outcome = CloseForm.base_fields["outcome"]
    told_by_phone = CloseForm.base_fields["told_by_phone"]


def _common(turn: Turn) -> dict[str, Any]:
    return {"by": turn.by, "version": turn.version}


def _take(turn: Turn, values: dict[str, Any]) -> None:
    actions.take(turn.appeal_id, **_common(turn))


def _assign(turn: Turn, values: dict[str, Any]) -> None:
    actions.assign(turn.appeal_id, to=values["to"], **_common(turn))


def _topic(turn: Turn, values: dict[str, Any]) -> None:
    actions.correct(
        turn.appeal_id, values={"topic_id": values["topic"].pk}, note=values["note"],
        **_common(turn),
    )  # fmt: skip


def _note(turn: Turn, values: dict[str, Any]) -> None:
    actions.note(turn.appeal_id, text=values["text"], **_common(turn))


def _join(turn: Turn, values: dict[str, Any]) -> None:
    other = exact(turn.by, clean(values["other"]))
    if other is None:
        raise RuleBroken("no_such_appeal", _("There is no appeal with this number."))
    actions.join(turn.appeal_id, to=other.pk, reason=values["note"], **_common(turn))


def _close(turn: Turn, values: dict[str, Any]) -> None:
    actions.close(
        turn.appeal_id, outcome=values["outcome"], text=values["text"], source=values["source"],
        told_by_phone=values["told_by_phone"], **_common(turn),
    )  # fmt: skip


BULK_VERBS = (
    BulkVerb("take", Action.TAKE, TakeManyForm, _take),
    BulkVerb("assign", Action.ASSIGN, AssignManyForm, _assign),
    BulkVerb("topic", Action.CORRECT, TopicManyForm, _topic, _("Correct the topic")),
    BulkVerb("note", Action.NOTE, NoteManyForm, _note),
    BulkVerb("join", Action.JOIN, JoinManyForm, _join),
    BulkVerb("close", Action.CLOSE, CloseManyForm, _close),
)

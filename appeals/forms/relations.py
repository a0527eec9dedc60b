"""Steps that name another appeal, and the way back from a merge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appeals import actions
from appeals.forms.base import StepForm, words
from appeals.lifecycle import Action
from appeals.models import Appeal
from appeals.search import exact
from callcenter.text import clean


class OtherForm(StepForm):
    """Names the other appeal by its number, in any writing of it."""

    other = forms.CharField(
        label=_("Number of the other appeal"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip

    def clean_other(self) -> Appeal:
        found = exact(self.user, clean(self.cleaned_data["other"]))
        if found is None:
            raise forms.ValidationError(_("There is no appeal with this number."))
        return found


class LinkForm(OtherForm):
    def run(self) -> None:
        actions.link(self.appeal.pk, to=self.cleaned_data["other"].pk, **self.common())


class JoinForm(OtherForm):
    note = words(_("Reason"), required=False)

    def run(self) -> None:
        values = self.cleaned_data
        actions.join(self.appeal.pk, to=values["other"].pk, reason=values["note"], **self.common())


class MergeForm(OtherForm):
    def run(self) -> None:
        actions.merge(self.appeal.pk, into=self.cleaned_data["other"].pk, **self.common())


class UnmergeForm(StepForm):
    note = words(_("Reason"))

    def run(self) -> None:
        actions.unmerge(self.appeal.pk, reason=self.cleaned_data["note"], **self.common())


RELATION_FORMS: dict[Action, type[StepForm]] = {
    Action.LINK: LinkForm,
    Action.JOIN: JoinForm,
    Action.MERGE: MergeForm,
    Action.UNMERGE: UnmergeForm,
}

_WORDS: dict[str, Any] = {
    "linked": _("Linked with another appeal"),
    "unlinked": _("The link was taken away"),
    "contact": _("The applicant came again about this"),
    "joined_here": _("Another appeal was joined to this one"),
    "merged_here": _("Another appeal was merged into this one"),
    "unmerged_here": _("A merged appeal stands alone again"),
}


def relation_words(code: str) -> object:
    """How the journal tells what happened between two appeals."""
    return _WORDS.get(code, code)

"""What is typed about a rule."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.kinds import Channel, Kind, Language
from appeals.models import Region, Topic
from callcenter.forms import Combobox, SentOnce, Ticks, Versioned
from callcenter.identifiers import voen
from people.models import Structure
from routing.kinds import ReferralKind
from routing.rules.models import Accused, Applicants, RoutingRule

_BETWEEN = re.compile(r"[\n,;]+")


def _ticks(label: Any, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, choices=choices, widget=Ticks, required=False)


class RuleForm(SentOnce, Versioned):
    """Conditions that may all stay empty, and what follows when they hold."""

    name = forms.CharField(label=_("Name of the rule"), max_length=120)
    kinds = _ticks(_("Kinds"), Kind.choices)
    topic = forms.ModelChoiceField(
        label=_("Topic branch"), queryset=Topic.objects.none(), widget=Combobox, required=False
    )
    words = forms.CharField(
        label=_("One of these words stands in the text"), required=False, max_length=4_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("With commas or one on a line; endings are found: “ixrac” finds “ixracın”"),
    )  # fmt: skip
    regions = forms.ModelMultipleChoiceField(
        label=_("Regions"), queryset=Region.objects.all(), required=False,
        widget=forms.SelectMultiple({"size": 6}),
    )  # fmt: skip
    channels = _ticks(_("Channels"), Channel.choices)
    languages = _ticks(_("Languages"), Language.choices)
    applicants = forms.ChoiceField(label=_("Applicant"), choices=Applicants.choices, required=False)
    voens = forms.CharField(
        label=_("VÖEN is one of"), required=False, max_length=4_000,
        widget=forms.Textarea({"rows": 2}), help_text=_("With commas or one on a line"),
    )  # fmt: skip
    accused = forms.ChoiceField(label=_("Complaint"), choices=Accused.choices, required=False)
    accused_branch = forms.ModelChoiceField(
        label=_("Complained-about structure, with those subordinate"),
        queryset=Structure.objects.none(), widget=Combobox, required=False,
    )  # fmt: skip
    structure = forms.ModelChoiceField(
        label=_("Goes to"), queryset=Structure.objects.none(), widget=Combobox, required=False,
        empty_label=_("the sector keeps it"),
    )  # fmt: skip
    referral_kind = forms.ChoiceField(
        label=_("What for"), choices=ReferralKind.choices, initial=ReferralKind.EXECUTION
    )
    days = forms.IntegerField(
        label=_("Term, working days"), min_value=1, max_value=90, required=False
    )
    is_urgent = forms.BooleanField(label=_("Mark as urgent"), required=False)
    makes_restricted = forms.BooleanField(label=_("Restrict its visibility"), required=False)
    is_automatic = forms.BooleanField(
        label=_("Refer at once, without anybody's press"), required=False
    )

    #: What a catch-all has none of.
    CONDITIONS = (
        "kinds", "topic", "words", "regions", "channels", "languages", "applicants", "voens",
        "accused", "accused_branch", "is_urgent", "makes_restricted",
    )  # fmt: skip

    def __init__(self, *args: Any, rule: RoutingRule | None = None, **kwargs: Any) -> None:
        if rule is not None:
            kwargs["initial"] = _initial(rule) | kwargs.get("initial", {})
        else:
            kwargs.setdefault("initial", {}).setdefault("version", 0)
        super().__init__(*args, **kwargs)
        topics = Topic.objects.on(timezone.localdate())
        structures = Structure.objects.current()
        if rule is not None:
            # What has ended meanwhile stays readable in the rule that asks for it.
            topics |= Topic.objects.filter(pk=rule.topic_id)
            structures |= Structure.objects.filter(
                pk__in=[rule.structure_id, rule.accused_branch_id]
            )
        self.fields["topic"].queryset = topics.order_by("path")
        self.fields["structure"].queryset = structures.order_by("path")
        self.fields["accused_branch"].queryset = structures.order_by("path")
        if rule is not None and rule.is_catch_all:
            for name in self.CONDITIONS:
                del self.fields[name]

    def clean_words(self) -> list[str]:
        return _list(self.cleaned_data["words"])

    def clean_voens(self) -> list[str]:
        typed = _list(self.cleaned_data["voens"])
        wrong = [each for each in typed if not voen(each).ok]
        if wrong:
            raise forms.ValidationError(
                _("This is not a VÖEN: %(wrong)s"), params={"wrong": ", ".join(wrong[:3])}
            )
        return [voen(each).value for each in typed]

    def values(self) -> dict[str, Any]:
        """What the verb takes, without what belongs to the form itself."""
        own = ("client_id", "version", "regions")
        return {name: value for name, value in self.cleaned_data.items() if name not in own}

    def conditions(self) -> list[forms.BoundField]:
        return [self[name] for name in self.CONDITIONS[:10] if name in self.fields]

    def results(self) -> list[forms.BoundField]:
        names = (
            "structure", "referral_kind", "days", "is_urgent", "makes_restricted", "is_automatic",
        )  # fmt: skip
        return [self[name] for name in names if name in self.fields]


def _list(text: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


def _initial(rule: RoutingRule) -> dict[str, Any]:
    same = (
        "name", "kinds", "topic", "channels", "languages", "applicants", "accused",
        "accused_branch", "structure", "referral_kind", "days", "is_urgent", "makes_restricted",
        "is_automatic", "version",
    )  # fmt: skip
    return {
        **{name: getattr(rule, name) for name in same},
        "words": ", ".join(rule.words),
        "voens": ", ".join(rule.voens),
        "regions": list(rule.regions.all()),
    }

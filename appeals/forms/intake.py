"""The intake of an appeal."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals import actions
from appeals.actions.intake import Intake
from appeals.forms.base import Lookup, add_broken, words
from appeals.kinds import Channel, InquirySort, Kind, Language
from appeals.models import Appeal, Applicant, Outcome, Region, Topic
from appeals.models.applicant import ApplicantKind
from callcenter.errors import RuleBroken
from callcenter.forms import Combobox, Segments, SentOnce
from people.models import Structure, User

#: A new applicant's fields, in the order of the form.
NAMES = ("surname", "given_name", "patronymic", "organisation_name", "fin", "voen")


class IntakeForm(SentOnce):
    """One matter of one applicant, as the operator hears it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=Segments)
    inquiry_sort = forms.ChoiceField(
        label=_("Sort of inquiry"), choices=InquirySort.choices, required=False
    )
    topic = forms.ModelChoiceField(label=_("Topic"), queryset=Topic.objects.none(), widget=Combobox)
    text = words(_("What the appeal is about"), rows=7)
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
    answer = words(_("Answer given at once"), required=False)
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

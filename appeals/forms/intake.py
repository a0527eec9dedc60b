"""The intake of an appeal."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals import actions
from appeals.actions.intake import Intake
from appeals.forms.base import add_broken, words
from appeals.forms.choices import named, state_of
from appeals.forms.people_lines import lines_of
from appeals.forms.topics import PREFIX, TopicField, question_fields
from appeals.kinds import Channel, InquirySort, Kind, Language
from appeals.models import Appeal, AppealPerson, Applicant, Outcome, Region, Topic
from appeals.models.applicant import ApplicantKind, ContactKind
from callcenter.errors import RuleBroken
from callcenter.forms import Combobox, Segments, SentOnce
from callcenter.text import clean
from people.models import Structure, User

#: A new applicant's fields, in the order of the form.
NAMES = ("surname", "given_name", "patronymic", "organisation_name", "fin", "voen")
#: The outcome offered for what is answered in the call.
USUAL_OUTCOME = "explained"
#: Fields that only one kind has.
OF_COMPLAINT = ("complained_structure", "complained_official")
OF_INQUIRY = ("inquiry_sort",)


def cleaned(data: QueryDict) -> QueryDict:
    """What was typed without control and direction signs, which no field here means."""
    plain = QueryDict(mutable=True)
    for name, given in data.lists():
        plain.setlist(clean(name), [clean(value) for value in given])
    return plain


class IntakeForm(SentOnce):
    """One matter of one applicant, as the operator hears it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=Segments)
    inquiry_sort = forms.ChoiceField(
        label=_("Sort of inquiry"), choices=InquirySort.choices, required=False
    )
    needs_study = forms.BooleanField(label=_("Needs extra study"), required=False)
    topic = TopicField(label=_("Topic"), queryset=Topic.objects.none())
    text = words(_("What the appeal is about"), rows=6, required=False)
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
        label=_("Applicant"), queryset=Applicant.objects.none(), required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Choose the applicant again.")},
    )  # fmt: skip
    surname = forms.CharField(label=_("Surname"), max_length=80, required=False)
    given_name = forms.CharField(label=_("Given name"), max_length=80, required=False)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=80, required=False)
    organisation_name = forms.CharField(label=_("Organisation"), max_length=250, required=False)
    fin = forms.CharField(label=_("FIN"), max_length=20, required=False)
    voen = forms.CharField(label=_("VÖEN"), max_length=20, required=False)
    contacts = words(
        _("More numbers and addresses"), rows=2, required=False, max_length=4000,
        help_text=_("One a line; a name may stand before the number."),
    )  # fmt: skip
    representative = forms.CharField(
        label=_("Representative"), max_length=240, required=False,
        help_text=_("Who speaks for the applicant: name; number"),
    )  # fmt: skip
    representative_basis = forms.CharField(
        label=_("Power of attorney, basis"), max_length=200, required=False
    )
    people = words(
        _("People of a collective appeal"), rows=2, required=False, max_length=60_000,
        help_text=_("One a line: name; number"),
    )  # fmt: skip
    complained_structure = forms.ModelChoiceField(
        label=_("Complained-about structure"), queryset=Structure.objects.none(),
        widget=Combobox, required=False,
    )  # fmt: skip
    complained_official = forms.CharField(
        label=_("Complained-about official"), max_length=200, required=False
    )
    is_restricted = forms.BooleanField(
        label=_("Confidential"),
        required=False,
        widget=forms.CheckboxInput(attrs={"title": _("Seen only by me and the head")}),
    )
    is_corruption = forms.BooleanField(
        label=_("Reports corruption"),
        required=False,
        widget=forms.CheckboxInput(attrs={"title": _("Confidential as well")}),
    )
    answer = words(_("Answer given at once"), rows=3, required=False)
    answer_source = forms.CharField(label=_("Source of the answer"), max_length=250, required=False)
    outcome = forms.ModelChoiceField(
        label=_("Outcome"), queryset=Outcome.objects.filter(is_chosen_by_hand=True), required=False
    )
    visit = forms.UUIDField(required=False, widget=forms.HiddenInput)
    related = forms.RegexField(
        r"^(?:link|merge):\d{1,18}$", required=False, widget=forms.HiddenInput
    )

    def __init__(
        self, data: QueryDict | None = None, *args: Any, user: User, **kwargs: Any
    ) -> None:
        super().__init__(cleaned(data) if data is not None else None, *args, **kwargs)
        self.user = user
        today = timezone.localdate()
        self.fields["topic"].use(Topic.objects.on(today).order_by("path"))
        structures = Structure.objects.on(today)
        self.fields["complained_structure"].queryset = structures
        self.fields["complained_structure"].widget.choices = named(structures, "short", "name")
        self.fields["region"].widget.choices = named(Region.objects.all())
        self.fields["applicant"].queryset = Applicant.objects.visible_to(user)
        self.fields["topic"].widget.attrs["data-hotkey"] = "alt+m"
        if not self.is_bound:
            # The caller of the next matter is known already: the hands go on with its topic.
            known = self["applicant"].value() or self["caller_phone"].value()
            first = "topic" if known else "caller_phone"
            self.fields[first].widget.attrs["autofocus"] = True
        self.fields.update(question_fields(self._topic()))

    def begins(self) -> None:
        """Nothing is filled in yet: it looks the same for everybody while the directory is the same."""
        self.kept_as = (timezone.localdate(), state_of(Topic, Structure, Region, Outcome))

    def _topic(self) -> Topic | None:
        given = self["topic"].value()
        if isinstance(given, Topic):
            return given
        return Topic.objects.filter(pk=given).first() if str(given or "").isdigit() else None

    @property
    def questions(self) -> list[forms.BoundField]:
        """The fields of the topic's own questions."""
        return [self[name] for name in self.fields if name.startswith(PREFIX)]

    @property
    def opens_new(self) -> bool:
        """A new applicant has been begun."""
        return any(self[name].value() or self[name].errors for name in (*NAMES, "contacts"))

    @property
    def opens_answer(self) -> bool:
        """An answer has been begun."""
        names = ("answer", "answer_source")
        return any(self[name].value() for name in names) or bool(self["outcome"].errors)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("applicant") and any(values.get(name) for name in NAMES):
            self.add_error(None, _("Choose a known applicant or write a new one, not both."))
        # What another kind asks is not shown; typed before the kind was changed, it is not meant.
        if values.get("kind") != Kind.COMPLAINT:
            values |= {"complained_structure": None, "complained_official": ""}
        if values.get("kind") != Kind.INQUIRY:
            values["inquiry_sort"] = ""
        if self.is_answered(values) and not values.get("text") and values.get("topic"):
            # A question answered in the call needs no words beside its topic.
            values["text"] = values["topic"].name
        return values

    @staticmethod
    def is_answered(values: dict[str, Any]) -> bool:
        return bool(values.get("answer") or values.get("answer_source"))

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
                "inquiry_sort", "needs_study", "complained_structure", "complained_official",
                "is_restricted", "is_corruption", "answer", "answer_source", "outcome",
            )
        }  # fmt: skip
        people = self._people()
        intake = Intake(
            **taken, applicant=self._applicant(), people=people, topic_answers=self._answers(),
            is_collective=any(each["part"] == AppealPerson.Part.SIGNATORY for each in people),
        )  # fmt: skip
        related = values["related"]
        is_first = related and not Appeal.objects.filter(client_id=values["client_id"]).exists()
        appeal = actions.register(
            by=self.user, client_id=values["client_id"], intake=intake, visit=values["visit"]
        )
        if is_first:
            self._relate(appeal, *related.split(":"))
        return appeal

    def _relate(self, appeal: Appeal, how: str, other: str) -> None:
        if how == "merge":
            actions.merge(appeal.pk, by=self.user, into=int(other))
        else:
            actions.link(appeal.pk, by=self.user, to=int(other))

    def _answers(self) -> dict[str, object]:
        """Answers to the topic's questions as the appeal keeps them: texts by code."""
        given = {
            name.removeprefix(PREFIX): self.cleaned_data.get(name)
            for name in self.fields
            if name.startswith(PREFIX)
        }
        return {code: str(value) for code, value in given.items() if value not in ("", None)}

    def _people(self) -> list[dict[str, str]]:
        values = self.cleaned_data
        people = [
            {"part": str(AppealPerson.Part.SIGNATORY), "name": line.name or line.reach,
             "phone": line.reach}
            for line in lines_of(values["people"])
        ]  # fmt: skip
        for line in lines_of(values["representative"])[:1]:
            people.append(
                {"part": str(AppealPerson.Part.REPRESENTATIVE), "name": line.name or line.reach,
                 "phone": line.reach, "basis": values["representative_basis"]}
            )  # fmt: skip
        return people

    def _applicant(self) -> Applicant | None:
        values = self.cleaned_data
        if values["applicant"] or not any(values[name] for name in NAMES):
            return values["applicant"]
        kind = ApplicantKind.ORGANISATION if values["organisation_name"] else ApplicantKind.PERSON
        applicant = actions.save_applicant(
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
        for line in lines_of(values["contacts"]):
            if line.reach:
                kind_of = ContactKind.EMAIL if line.is_email else ContactKind.PHONE
                actions.find_or_add_contact(applicant, kind_of, line.reach, name=line.name)
        return applicant

"""Changing who an applicant is, and how they are reached."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from appeals import actions
from appeals.forms.base import words
from appeals.forms.people_lines import lines_of
from appeals.kinds import Language
from appeals.models import Applicant, Region
from appeals.models.applicant import ApplicantKind, ContactKind
from callcenter.forms import Combobox, Segments, Versioned
from callcenter.identifiers import fin, voen
from callcenter.text import clean
from people.models import User

#: Fields the form and the applicant share by name.
SHARED = (
    "kind", "surname", "given_name", "patronymic", "organisation_name", "fin", "voen", "language",
    "address", "note",
)  # fmt: skip


class ApplicantForm(Versioned):
    """A doubtful FIN or VÖEN is kept as typed, with a warning beside it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ApplicantKind.choices, widget=Segments)
    surname = forms.CharField(label=_("Surname"), max_length=80, required=False)
    given_name = forms.CharField(label=_("Given name"), max_length=80, required=False)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=80, required=False)
    organisation_name = forms.CharField(label=_("Organisation"), max_length=250, required=False)
    fin = forms.CharField(label=_("FIN"), max_length=20, required=False)
    voen = forms.CharField(label=_("VÖEN"), max_length=20, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=Language.choices)
    region = forms.ModelChoiceField(
        label=_("Region"), queryset=Region.objects.all(), widget=Combobox, required=False
    )
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    note = words(
        _("Note"), rows=2, required=False, max_length=4000,
        help_text=_("Shown on the card during a call, inside the sector only."),
    )  # fmt: skip
    contacts = words(
        _("More numbers and addresses"), rows=2, required=False, max_length=4000,
        help_text=_("One a line; a name may stand before the number."),
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, applicant: Applicant, user: User) -> None:
        initial: dict[str, Any] = {name: getattr(applicant, name) for name in SHARED}
        initial |= {"region": applicant.region_id, "version": applicant.version}
        super().__init__(data, initial=initial)
        self.applicant, self.user = applicant, user

    @property
    def warnings(self) -> list[str]:
        """What looks wrong about the numbers as they stand in the form."""
        typed = [(check, str(self[name].value() or "")) for name, check in CHECKS]
        return [str(check(clean(value)).warning) for check, value in typed if value]

    def run(self) -> Applicant:
        values = self.cleaned_data
        region = values["region"]
        lines = lines_of(values["contacts"])
        applicant = actions.save_applicant(
            by=self.user,
            applicant_id=self.applicant.pk,
            version=values["version"],
            values={
                **{name: values[name] for name in SHARED},
                "region_id": region.pk if region is not None else None,
            },
        )
        for line in lines:
            kind = ContactKind.EMAIL if line.is_email else ContactKind.PHONE
            actions.find_or_add_contact(applicant, kind, line.reach, name=line.name)
        return applicant


CHECKS = (("fin", fin), ("voen", voen))

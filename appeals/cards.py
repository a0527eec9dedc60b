"""How an applicant is known: numbers and addresses, masked unless there is a need."""

from __future__ import annotations

from typing import Any

from django.template.defaultfilters import filesizeformat

from appeals.filetypes import TYPES
from appeals.models import Applicant, Contact
from appeals.models.applicant import ContactKind
from callcenter.identifiers import mask_email, mask_fin, mask_phone, mask_voen


def known_numbers(applicant: Applicant, *, masked: bool) -> list[dict[str, Any]]:
    """Numbers and addresses an applicant is known by, masked unless asked otherwise."""
    found = [
        {"label": "FIN", "value": mask_fin(applicant.fin) if masked else applicant.fin},
        {"label": "VÖEN", "value": mask_voen(applicant.voen) if masked else applicant.voen},
    ]
    found = [{**fact, "is_contact": False} for fact in found]
    contacts = getattr(applicant, "known_contacts", None)
    for contact in applicant.contacts.all() if contacts is None else contacts:
        value = known_values(contact, masked=masked)
        label = str(contact.get_kind_display())
        found.append({"label": label, "value": value, "is_contact": True})
    return [fact for fact in found if fact["value"]]


def known_values(contact: Contact, *, masked: bool) -> str:
    """One number or address."""
    mask = mask_email if contact.kind == ContactKind.EMAIL else mask_phone
    return mask(contact.value) if masked else contact.value


def file_words(told: str) -> str:
    """A file as the journal tells it, "application/pdf 120345", in words: "PDF · 117.5 KB"."""
    media, _space, size = told.rpartition(" ")
    ending = next((kind.ending for kind in TYPES.values() if kind.media == media), "")
    return f"{ending.upper()} · {filesizeformat(size)}" if ending else told

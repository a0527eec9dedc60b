"""Writing applicants: every former state is kept as a version."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from appeals.journal import digest
from appeals.lifecycle import SECTOR, SYSTEM
from appeals.models import Applicant, ApplicantVersion, Contact
from appeals.models.applicant import ContactKind
from appeals.policies import roles_of
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from callcenter.identifiers import fin, phone, voen
from callcenter.text import clean
from people.audit import audit
from people.models import User

FIELDS = (
    "kind", "surname", "given_name", "patronymic", "organisation_name", "fin", "voen",
    "language", "region_id", "address", "note",
)  # fmt: skip


def save_applicant(
    *,
    by: User | None,
    values: Mapping[str, object],
    applicant_id: int | None = None,
    client_id: uuid.UUID | None = None,
    version: int | None = None,
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
) -> Applicant:
    """Add or change an applicant. A wrong FIN or VÖEN is kept as given: they warn, never block."""
    if not roles_of(by) & (SECTOR | SYSTEM):
        raise NotAllowed()
    with transaction.atomic():
        if applicant_id is None:
            applicant = _added(by=by, values=values, client_id=client_id)
        else:
            known = Applicant.objects.select_for_update().filter(pk=applicant_id).first()
            if known is None:
                raise NotAllowed()
            applicant = known
            if version is not None and version != applicant.version:
                raise StaleForm(_("A colleague changed this applicant while you were writing."))
            _keep_version(applicant, by)
            _fill(applicant, values)
            applicant.version += 1
            applicant.save()
        for raw in phones:
            find_or_add_contact(applicant, ContactKind.PHONE, raw)
        for raw in emails:
            find_or_add_contact(applicant, ContactKind.EMAIL, raw)
    return applicant


def find_or_add_contact(
    applicant: Applicant, kind: str, raw: str, *, name: str = ""
) -> Contact | None:
    """The contact in its normalised form, once per applicant; nothing for an empty one."""
    raw = clean(raw).strip()[:120]
    if not raw:
        return None
    value = raw.lower() if kind == ContactKind.EMAIL else (phone(raw).e164 or raw)
    contact, _created = Contact.objects.get_or_create(
        applicant=applicant,
        kind=kind,
        value=value,
        defaults={"raw": raw, "person_name": clean(name).strip()[:160]},
    )
    return contact


def drop_contact(contact_id: int, *, by: User, applicant_id: int) -> None:
    """A number or address that is no longer theirs; notices already sent keep what they hold."""
    contact = _contact(contact_id, by=by, applicant_id=applicant_id)
    if contact is None:
        raise AlreadyDone(_("This number or address is gone already."))
    audit("applicant.contact_dropped", by=by, object_kind="applicant", object_ref=applicant_id,
          detail={"digest": digest(contact.value)})  # fmt: skip
    contact.delete()


def prefer_contact(contact_id: int, *, by: User, applicant_id: int) -> None:
    """Where the applicant wants to be reached: one of each kind."""
    with transaction.atomic():
        contact = _contact(contact_id, by=by, applicant_id=applicant_id)
        if contact is None:
            raise AlreadyDone(_("This number or address is gone already."))
        theirs = Contact.objects.filter(applicant_id=applicant_id, kind=contact.kind)
        theirs.exclude(pk=contact_id).filter(is_preferred=True).update(is_preferred=False)
        theirs.filter(pk=contact_id).update(is_preferred=True)


def _contact(contact_id: int, *, by: User, applicant_id: int) -> Contact | None:
    if not roles_of(by) & SECTOR:
        raise NotAllowed()
    return Contact.objects.filter(pk=contact_id, applicant_id=applicant_id).first()


def _added(
    *, by: User | None, values: Mapping[str, object], client_id: uuid.UUID | None
) -> Applicant:
    applicant = Applicant(client_id=client_id or uuid.uuid4())
    _fill(applicant, values)
    try:
        with transaction.atomic():
            applicant.save(force_insert=True)
    except IntegrityError:
        # The same form sent twice: the first one stands.
        return Applicant.objects.get(client_id=applicant.client_id)
    return applicant


def _fill(applicant: Applicant, values: Mapping[str, object]) -> None:
    for name in FIELDS:
        if name in values:
            value = values[name]
            setattr(applicant, name, clean(value).strip() if isinstance(value, str) else value)
    applicant.fin = fin(applicant.fin).value if applicant.fin else ""
    applicant.voen = voen(applicant.voen).value if applicant.voen else ""
    if not applicant.name:
        raise RuleBroken("name_required", _("Give the name or the organisation."), field="surname")


def _keep_version(applicant: Applicant, by: User | None) -> None:
    values = {name: getattr(applicant, name) for name in FIELDS}
    ApplicantVersion.objects.create(
        applicant=applicant,
        version=applicant.version,
        values=values,
        digest=digest(json.dumps(values, sort_keys=True, ensure_ascii=False)),
        by=by,
    )

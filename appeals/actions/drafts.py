"""Unfinished typing: kept on the server, found again on any machine, gone when sent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.models import Appeal, Draft
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from callcenter.text import clean
from people.legal import number
from people.models import User

#: Names that are no typing: they belong to the page, not to the person.
LEFT_OUT = frozenset({"csrfmiddlewaretoken", "seq", "version", "client_id", "form", "about"})
#: Most fields and characters one draft may hold.
MOST_FIELDS = 120
LONGEST = 1_200_000


def save_draft(
    client_id: uuid.UUID,
    *,
    by: User,
    form: str,
    values: Mapping[str, Sequence[str]],
    about: str = "",
    sequence: int = 0,
) -> Draft:
    """Keep what stands in a form. The later keystroke wins: what is older raises StaleForm.

    A form already sent keeps nothing more, so a late save does not bring it back.
    """
    kept = {
        clean(name)[:60]: [clean(value) for value in given]
        for name, given in list(values.items())[:MOST_FIELDS]
        if name not in LEFT_OUT
    }
    if sum(len(value) for given in kept.values() for value in given) > LONGEST:
        raise RuleBroken("draft_too_long", _("This is too long to be kept as a draft."))
    if Appeal.objects.filter(client_id=client_id).exists():
        raise StaleForm(_("This was sent already."), code="already_sent")
    try:
        with transaction.atomic():
            draft = Draft.objects.select_for_update().filter(client_id=client_id).first()
            if draft is None:
                return Draft.objects.create(
                    client_id=client_id, user=by, form=form[:40], about=about[:60], values=kept,
                    sequence=sequence,
                )  # fmt: skip
            if draft.user_id != by.pk:
                raise NotAllowed()
            if sequence < draft.sequence:
                raise StaleForm(_("A later text of this form was saved in another window."))
            draft.values, draft.sequence, draft.saved_at = kept, sequence, timezone.now()
            draft.save(update_fields=["values", "sequence", "saved_at"])
            return draft
    except IntegrityError as twice:
        # Two first saves at once: the other one stands, this one comes again with the next key.
        raise StaleForm(_("A later text of this form was saved in another window.")) from twice


def was_sent(client_id: uuid.UUID) -> bool:
    """Whether a form of this id became an appeal, whoever sent it: an id is used once. Nothing of the
    appeal is told."""
    return Appeal.objects.filter(client_id=client_id).exists()


def drop_draft(client_id: uuid.UUID, *, by: User) -> None:
    """The form was sent or its owner lets it go; repeating this does no harm."""
    Draft.objects.filter(client_id=client_id, user=by).delete()


def drafts_of(user: User) -> QuerySet[Draft]:
    """A person's unfinished work, newest first."""
    return Draft.objects.filter(user=user).order_by("-saved_at")


def step_draft_id(user: User, step: str, about: str) -> uuid.UUID:
    """One person has one draft of one step of one appeal, whatever the machine."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{user.pk}/{step}/{about}")


def sweep_drafts(now: dt.datetime) -> int:
    """Forget drafts nobody touched for as long as the setting says; how many."""
    until = now - dt.timedelta(days=number("draft_retention_days", 30))
    gone, _kinds = Draft.objects.filter(saved_at__lt=until).delete()
    return gone

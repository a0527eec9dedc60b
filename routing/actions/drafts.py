"""An answer being typed, kept on the server: each person's own, until it is sent."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.models import Draft
from callcenter.errors import NotAllowed, StaleForm
from people.models import User
from routing.actions.answering import LONGEST_ANSWER
from routing.lifecycle import RAction
from routing.models import Referral
from routing.policies import may

FORM = "referral_answer"


def key_of(referral_id: int, user: User) -> uuid.UUID:
    """One draft for one referral and one person, whichever machine it is typed at."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{FORM}:{referral_id}:{user.pk}")


def keep_draft(referral_id: int, *, by: User, text: str, typed_at: int) -> dt.datetime:
    """Keep the typed text; `typed_at` are milliseconds, the later keystroke wins. Typing at another
    machine after this one is told as StaleForm."""
    known = Referral.objects.visible_to(by).select_related("appeal").filter(pk=referral_id).first()
    writes = (RAction.DRAFT, RAction.ANSWER, RAction.APPROVE)
    if known is None or not any(may(by, action, known) for action in writes):
        raise NotAllowed()
    sequence = typed_at // 1000
    now = timezone.now()
    with transaction.atomic():
        draft, made = Draft.objects.select_for_update().get_or_create(
            client_id=key_of(referral_id, by),
            defaults={
                "user": by, "form": FORM, "about": str(referral_id), "sequence": sequence,
                "values": {"text": text[:LONGEST_ANSWER]}, "saved_at": now,
            },
        )  # fmt: skip
        if made:
            return now
        if sequence < draft.sequence:
            raise StaleForm(_("This text was changed later at another place."))
        draft.values, draft.sequence, draft.saved_at = (
            {"text": text[:LONGEST_ANSWER]},
            sequence,
            now,
        )
        draft.save(update_fields=["values", "sequence", "saved_at"])
    return now


def draft_of(referral: Referral, user: User) -> Draft | None:
    """What this person typed and has not sent."""
    return Draft.objects.filter(client_id=key_of(referral.pk, user), user=user).first()


def drop_drafts(referral_id: int, *, by: User) -> None:
    """The text was sent: what its writer typed need not be kept."""
    Draft.objects.filter(client_id=key_of(referral_id, by)).delete()

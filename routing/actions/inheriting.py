"""A structure ends while it still owes something: its successor takes over, one referral at a time."""

from __future__ import annotations

from django.utils import timezone

from people.audit import audit
from people.models import AuditEntry, Placement, Structure
from routing.actions.gate import referral_step
from routing.guard import is_complained_about
from routing.lifecycle import RAction
from routing.models import Referral

#: Referrals handed over in one round of the sweep.
BATCH = 500


def orphaned() -> list[int]:
    """Open referrals of structures that ended before today and have a successor."""
    ended = Structure.objects.filter(
        valid_to__lt=timezone.localdate(), successor__isnull=False
    ).values_list("pk", flat=True)
    rows = Referral.objects.open().filter(structure_id__in=list(ended))
    return list(rows.order_by("due_at", "id").values_list("pk", flat=True)[:BATCH])


def inherit(referral_id: int) -> Referral | None:
    """The successor of today answers; the name of the day it was sent stays. Its executor goes along
    when placed there. None where there is nothing to hand over, and for a complaint about the heir:
    the sector is left to send it elsewhere."""
    known = (
        Referral.objects.select_related("structure__successor", "appeal__complained_structure")
        .filter(pk=referral_id)
        .first()
    )
    heir = heir_today(known.structure) if known is not None else None
    if known is None or heir is None or not known.is_open:
        return None
    if is_complained_about(known.appeal, heir):
        _write_down(known, heir)
        return None
    now = timezone.now()
    with referral_step(referral_id, RAction.INHERIT, by=None, at=now) as referral:
        referral.structure = heir
        if not _works_there(referral.executor_id, heir):
            referral.executor = None
    return referral


def _write_down(referral: Referral, heir: Structure) -> None:
    """Once, however often the sweep comes by."""
    kind, where = "refused.inheritance", {"object_kind": "referral", "object_ref": referral.pk}
    if not AuditEntry.objects.filter(kind=kind, **where).exists():
        audit(kind, by=None, detail={"structure": heir.code, "rule": "594-1.1.2"}, **where)


def heir_today(structure: Structure) -> Structure | None:
    """The last of the successors that exists today; nobody while the structure itself does."""
    today = timezone.localdate()
    at, seen = structure, set()
    while at.valid_to is not None and at.valid_to < today:
        if at.successor is None or at.pk in seen:
            return None
        seen.add(at.pk)
        at = at.successor
    return at if at.pk != structure.pk else None


def _works_there(user_id: int | None, heir: Structure) -> bool:
    today = Placement.objects.on(timezone.localdate())
    return user_id is not None and today.filter(user_id=user_id, structure=heir).exists()

"""A complaint that lies with the accused after all, because it was corrected or the ministry was
reorganised since it was sent: taken back at once, written down and told (594-1.1.2)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from appeals.alerting import about
from appeals.models import Appeal
from callcenter.kept_words import kept
from people.alerts import tell
from people.audit import audit
from people.models import Role, User
from routing.actions.sector import withdraw
from routing.guard import barred_structures
from routing.models import Referral

NOT_THERE = _("A complaint does not lie with the structure it complains about (594-1.1.2).")


def misplaced(appeal_id: int | None = None) -> list[int]:
    """Open referrals that lie where their complaint may not be; a few pairs are looked at, however
    many complaints there are."""
    rows = Referral.objects.open().filter(appeal__complained_structure__isnull=False)
    if appeal_id is not None:
        rows = rows.filter(appeal=appeal_id)
    pairs = rows.order_by().values_list("structure_id", "appeal__complained_structure_id")
    found: list[int] = []
    barred: dict[int, frozenset[int]] = {}
    for place, accused in sorted(set(pairs.distinct())):
        if accused not in barred:
            barred[accused] = barred_structures(accused)
        if place in barred[accused]:
            there = rows.filter(structure=place, appeal__complained_structure=accused)
            found += there.values_list("pk", flat=True)
    return sorted(found)


def take_back(referral_id: int) -> Referral:
    """Nobody at the keyboard: the law does it."""
    referral = Referral.objects.select_related("structure").get(pk=referral_id)
    if not referral.is_open:
        return referral
    audit(
        "refused.referral", by=None, object_kind="appeal", object_ref=referral.appeal_id,
        detail={"structure": referral.structure.code, "rule": "594-1.1.2"},
    )  # fmt: skip
    gone = withdraw(referral_id, by=None, reason=kept(NOT_THERE))
    appeal = Appeal.objects.select_related("owner").get(pk=gone.appeal_id)
    people = set(User.objects.filter(role=Role.SECTOR_HEAD, is_active=True))
    if appeal.owner is not None:
        people.add(appeal.owner)
    tell(people, "referral.from_accused", **about(appeal))
    return gone

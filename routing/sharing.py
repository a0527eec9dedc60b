"""Which files of an appeal a structure sees: the applicant's when its referral shares them, and
those of its own answers."""

from __future__ import annotations

from django.db.models import Q

from appeals.models import Attachment
from people.models import Role, User
from people.standing import standing_of
from routing.models import Referral


def files_of_referrals(user: User) -> Q | None:
    """A rule of `appeals.sharing`; the sector's own notes and scans never leave the sector."""
    standing = standing_of(user)
    if not standing.has(Role.STRUCTURE_USER, Role.STRUCTURE_HEAD):
        return None
    seen = Referral.objects.filter(structure_id__in=standing.structures).visible_to(user)
    shared = Q(
        appeal__in=seen.filter(shares_files=True).values("appeal"),
        origin=Attachment.Origin.APPLICANT,
        referral_ref__isnull=True,
    )
    return shared | Q(appeal__isnull=False, referral_ref__in=seen.values("pk"))

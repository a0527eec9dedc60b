"""Which files of an appeal a structure sees: the applicant's when its referral shares them, those
chosen for it one by one, those of its own answers and of its co-executors' contributions."""

from __future__ import annotations

from django.db.models import Q

from appeals.models import Attachment
from people.models import Role, User
from people.standing import standing_of
from routing.lifecycle import CONTRIBUTED, TAKEN_BACK
from routing.models import Referral
from routing.querysets import past_places


def files_of_referrals(user: User) -> Q | None:
    """A rule of `appeals.sharing`; the sector's own notes and scans never leave the sector."""
    standing = standing_of(user)
    if not standing.has(Role.STRUCTURE_USER, Role.STRUCTURE_HEAD):
        return None
    places = standing.structures | past_places(user)
    seen = Referral.objects.filter(structure_id__in=places).visible_to(user)
    # What was taken back or sent on is no longer theirs to read.
    shares = seen.exclude(status__in=TAKEN_BACK)
    shared = Q(
        appeal__in=shares.filter(shares_files=True).values("appeal"),
        origin=Attachment.Origin.APPLICANT,
        referral_ref__isnull=True,
    )
    chosen = Q(pk__in=shares.filter(shares_files=False).values("chosen_files"))
    parts = Referral.objects.filter(main__in=shares, status__in=CONTRIBUTED)
    contributed = Q(appeal__isnull=False, referral_ref__in=parts.values("pk"))
    return (
        shared | chosen | contributed | Q(appeal__isnull=False, referral_ref__in=seen.values("pk"))
    )

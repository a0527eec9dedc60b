"""Who may do what with the referral at hand; and where a complaint may never go."""

from __future__ import annotations

from appeals.models import Appeal
from appeals.policies import roles_of, sees
from people.models import Role, Structure, User
from people.standing import standing_of
from routing.lifecycle import RACTIONS, RAction, RStatus, allowed
from routing.models import Referral


def is_complained_about(appeal: Appeal, structure: Structure) -> bool:
    """Code of Administrative Offences 594-1.1.2: a complaint never goes to the body complained
    about, nor to anything subordinate to it."""
    accused = appeal.complained_structure
    return accused is not None and structure.is_within(accused)


def may(user: User | None, action: RAction, referral: Referral) -> bool:
    """The table for this status and these roles; a structure acts only on its own referrals, a
    head approves only for the structures headed, a person complained about not at all."""
    if not allowed(action, RStatus(referral.status), roles_of(user)):
        return False
    if user is None:
        return True
    standing = standing_of(user)
    if standing.has(Role.OPERATOR, Role.SECTOR_HEAD):
        return sees(user, referral.appeal)
    if referral.appeal.complained_user_id == user.pk:
        return False
    if action in (RAction.APPROVE, RAction.REJECT):
        return referral.structure_id in standing.headed
    return referral.structure_id in standing.structures


def steps_for(user: User, referral: Referral) -> list[RAction]:
    """The buttons of the referral's page, in the order of the table."""
    return [action for action in RACTIONS if may(user, action, referral)]

"""Who may do what with the referral at hand; and where a complaint may never go."""

from __future__ import annotations

from appeals.policies import roles_of, sees
from people.models import Role, User
from people.standing import standing_of
from routing.guard import is_accused, is_complained_about
from routing.lifecycle import RACTIONS, RAction, RStatus, allowed
from routing.models import Referral
from routing.querysets import is_of_places

__all__ = ["is_complained_about", "may", "reaches", "sees_referral", "steps_for"]


def sees_referral(user: User, referral: Referral) -> bool:
    """The same rule as `visible_to`, for a referral and its appeal already in hand."""
    standing = standing_of(user)
    if standing.has(Role.SECTOR_HEAD, Role.AUDITOR):
        return True
    if standing.has(Role.OPERATOR, Role.MANAGEMENT) and sees(user, referral.appeal):
        return True
    at_work = standing.has(Role.STRUCTURE_USER, Role.STRUCTURE_HEAD)
    return at_work and is_of_places(user, referral)


def reaches(user: User | None, action: RAction, referral: Referral) -> bool:
    """A role the action is for, on a referral within its reach, whatever the status: the sector
    where it sees the appeal, a structure only on its own referrals, a head only for the
    structures headed, a person complained about not at all."""
    roles = roles_of(user) & RACTIONS[action].roles
    if not roles or user is None:
        return bool(roles)
    if roles & {Role.OPERATOR, Role.SECTOR_HEAD}:
        return sees(user, referral.appeal)
    if is_accused(referral.appeal, user):
        return False
    standing = standing_of(user)
    if action in (RAction.APPROVE, RAction.REJECT):
        return referral.structure_id in standing.headed
    return referral.structure_id in standing.structures


def may(user: User | None, action: RAction, referral: Referral) -> bool:
    """The table for this status and these roles, on a referral within reach."""
    status, kind = RStatus(referral.status), referral.kind
    return allowed(action, status, roles_of(user), kind) and reaches(user, action, referral)


def steps_for(user: User, referral: Referral) -> list[RAction]:
    """The buttons of the referral's page, in the order of the table."""
    return [action for action in RACTIONS if may(user, action, referral)]

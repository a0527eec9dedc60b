"""Who may do what with the appeal at hand. The gate and the templates ask the same function."""

from __future__ import annotations

from appeals.lifecycle import ACTIONS, Action, Status, allowed
from appeals.models import Appeal
from people.models import Role, User
from people.standing import standing_of


def roles_of(user: User | None) -> frozenset[str]:
    """The roles a step is judged by; nobody at the keyboard is the system itself."""
    return frozenset({"system"}) if user is None else standing_of(user).roles


def sees(user: User | None, appeal: Appeal) -> bool:
    """The same rule as `visible_to`, for an appeal already in hand."""
    if user is None:
        return True
    standing = standing_of(user)
    if standing.has(Role.SECTOR_HEAD, Role.AUDITOR):
        return True
    if standing.has(Role.OPERATOR):
        return not appeal.is_restricted or user.pk in (appeal.registered_by_id, appeal.owner_id)
    return standing.has(Role.MANAGEMENT) and not appeal.is_restricted


def reaches(user: User | None, action: Action, appeal: Appeal) -> bool:
    """A role the action is for, and sight of the appeal, whatever its status.

    A structure acts on an appeal only through its referral, which routing has checked; an official
    only through a reception, whose own gate checks who receives.
    """
    roles = roles_of(user) & ACTIONS[action].roles
    if not roles:
        return False
    through = {Role.STRUCTURE_USER, Role.STRUCTURE_HEAD}
    if action == Action.RECEPTION_STEP:
        through.add(Role.MANAGEMENT)
    return bool(roles & through) or sees(user, appeal)


def may_be_told(appeal: Appeal) -> bool:
    """The public page shows neither restricted nor anonymous appeals: they have no code to tell."""
    return not (appeal.is_restricted or appeal.is_anonymous)


def may(user: User | None, action: Action, appeal: Appeal) -> bool:
    """The table's answer for this status and these roles, for an appeal the person sees."""
    return allowed(action, Status(appeal.status), roles_of(user)) and reaches(user, action, appeal)


def steps_for(user: User, appeal: Appeal) -> list[Action]:
    """The buttons of the appeal page, in the order of the table."""
    return [
        action for action, meta in ACTIONS.items() if meta.on_page and may(user, action, appeal)
    ]


def shows_personal(user: User) -> bool:
    """Unmasked numbers and addresses are for those who must call, write or check."""
    return standing_of(user).has(Role.OPERATOR, Role.SECTOR_HEAD)

"""Who may do what with the report at hand. The gate and the pages ask the same functions."""

from __future__ import annotations

from appeals.access import READERS
from appeals.policies import roles_of
from people.models import Role, User
from people.standing import standing_of
from reports.figures.registry import Figure, Grain, figures
from reports.lifecycle import ACTIONS, SHOWN, Action, Status, allowed
from reports.models import Export, ReportRun


def figures_for(user: User) -> list[Figure]:
    """The figures a person reads: a structure those of its referrals, the sector all."""
    standing = standing_of(user)
    if standing.has(*READERS):
        return figures()
    if standing.has(Role.STRUCTURE_USER, Role.STRUCTURE_HEAD):
        return [one for one in figures() if one.grain is Grain.REFERRAL]
    return []


def sees(user: User | None, run: ReportRun) -> bool:
    """The same rule as `visible_to`, for a report already in hand."""
    if user is None:
        return True
    standing = standing_of(user)
    if standing.has(Role.SECTOR_HEAD, Role.AUDITOR):
        return True
    return standing.has(Role.MANAGEMENT) and (run.state in SHOWN or run.asked_by_id == user.pk)


def may(user: User | None, action: Action, run: ReportRun) -> bool:
    """The table's answer for this status and these roles, for a report the person sees."""
    return sees(user, run) and allowed(action, Status(run.state), roles_of(user))


def may_ask(user: User | None) -> bool:
    """Whether the person may ask for a report of a period."""
    return bool(roles_of(user) & ACTIONS[Action.ASK].roles)


def steps_for(user: User, run: ReportRun) -> list[Action]:
    """The buttons of the report's page, in the order of the table."""
    found = [one for one, meta in ACTIONS.items() if meta.on_page and may(user, one, run)]
    if hasattr(run, "corrected_by") and Action.CORRECT in found:
        found.remove(Action.CORRECT)
    return found


def seen_by(user: User, keys: set[str]) -> set[str]:
    """Of the reports asked about, those the person sees."""
    asked = [int(key) for key in keys if key.isdigit()]
    found = ReportRun.objects.visible_to(user).filter(pk__in=asked).values_list("pk", flat=True)
    return {str(pk) for pk in found}


def exports_seen_by(user: User, keys: set[str]) -> set[str]:
    """Of the exports asked about, the person's own."""
    rows = Export.objects.visible_to(user).filter(client_id__in=keys)
    return {str(key) for key in rows.values_list("client_id", flat=True)}

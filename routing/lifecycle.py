"""The life of a referral as one table, like the appeal's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models.user import Role


class RStatus(StrEnum):
    """Where a referral stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    TO_APPROVE = "to_approve"
    ANSWERED = "answered"
    REWORK = "rework"
    TAKEN = "taken"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class RStatusMeta:
    """Name, tone, whether the structure still owes something, who acts next."""

    label: str | Promise
    tone: str
    is_open: bool
    acts_next: str | Promise = ""


RSTATUSES: dict[RStatus, RStatusMeta] = {
    RStatus.SENT: RStatusMeta(_("Sent"), "info", True, _("Registrar")),
    RStatus.ACCEPTED: RStatusMeta(_("Accepted"), "info", True, _("Executor")),
    RStatus.TO_APPROVE: RStatusMeta(_("To be approved"), "warn", True, _("Structure head")),
    RStatus.REWORK: RStatusMeta(_("Sent back for rework"), "warn", True, _("Executor")),
    RStatus.ANSWERED: RStatusMeta(_("Answered"), "good", False, _("Sector")),
    RStatus.TAKEN: RStatusMeta(_("Answer accepted"), "good", False),
    RStatus.RETURNED: RStatusMeta(_("Returned"), "warn", False, _("Sector")),
    RStatus.WITHDRAWN: RStatusMeta(_("Withdrawn"), "neutral", False),
}
ROPEN = tuple(str(status) for status, meta in RSTATUSES.items() if meta.is_open)


class RAction(StrEnum):
    """What can be done with a referral."""

    SEND = "send"
    SEE = "see"
    ACCEPT = "accept"
    RETURN = "return"
    DRAFT = "draft"
    APPROVE = "approve"
    REJECT = "reject"
    TAKE_ANSWER = "take_answer"
    REWORK = "rework"
    WITHDRAW = "withdraw"


SECTOR = frozenset({Role.OPERATOR, Role.SECTOR_HEAD})
STRUCTURE = frozenset({Role.STRUCTURE_USER, Role.STRUCTURE_HEAD})
STRUCTURE_HEAD = frozenset({Role.STRUCTURE_HEAD})


@dataclass(frozen=True)
class RActionMeta:
    """From where, to where, by whom, with what."""

    label: str | Promise
    starts: frozenset[RStatus]
    to: RStatus | None
    roles: frozenset[str]
    needs_note: bool = False
    past: str | Promise = ""
    hotkey: str = ""


_WORKED = frozenset({RStatus.ACCEPTED, RStatus.REWORK})

RACTIONS: dict[RAction, RActionMeta] = {
    RAction.SEND: RActionMeta(
        _("Refer"), frozenset(), RStatus.SENT, SECTOR | {"system"}, past=_("Referred")
    ),
    RAction.SEE: RActionMeta(
        _("Open"), frozenset({RStatus.SENT}), None, STRUCTURE, past=_("Seen by the structure")
    ),
    RAction.ACCEPT: RActionMeta(
        _("Accept"),
        frozenset({RStatus.SENT}),
        RStatus.ACCEPTED,
        STRUCTURE,
        past=_("Accepted by the structure"),
        hotkey="alt+t",
    ),
    RAction.RETURN: RActionMeta(
        _("Return with a reason"),
        frozenset({RStatus.SENT, RStatus.ACCEPTED}),
        RStatus.RETURNED,
        STRUCTURE,
        needs_note=True,
        past=_("Returned by the structure"),
    ),
    RAction.DRAFT: RActionMeta(
        _("Send for approval"),
        _WORKED,
        RStatus.TO_APPROVE,
        STRUCTURE,
        past=_("Answer sent for approval"),
        hotkey="alt+a",
    ),
    RAction.APPROVE: RActionMeta(
        _("Approve the answer"),
        _WORKED | {RStatus.TO_APPROVE},
        RStatus.ANSWERED,
        STRUCTURE_HEAD,
        past=_("Answer approved by the structure's head"),
    ),
    RAction.REJECT: RActionMeta(
        _("Reject the draft"),
        frozenset({RStatus.TO_APPROVE}),
        RStatus.ACCEPTED,
        STRUCTURE_HEAD,
        needs_note=True,
        past=_("Draft rejected by the structure's head"),
    ),
    RAction.TAKE_ANSWER: RActionMeta(
        _("Accept the answer"),
        frozenset({RStatus.ANSWERED}),
        RStatus.TAKEN,
        SECTOR,
        past=_("Answer accepted by the sector"),
    ),
    RAction.REWORK: RActionMeta(
        _("Send back for rework"),
        frozenset({RStatus.ANSWERED}),
        RStatus.REWORK,
        SECTOR,
        needs_note=True,
        past=_("Sent back for rework"),
    ),
    RAction.WITHDRAW: RActionMeta(
        _("Withdraw"),
        frozenset({RStatus.SENT, RStatus.ACCEPTED, RStatus.TO_APPROVE, RStatus.REWORK}),
        RStatus.WITHDRAWN,
        SECTOR,
        needs_note=True,
        past=_("Withdrawn by the sector"),
    ),
}


def allowed(action: RAction, status: RStatus, roles: frozenset[str] | set[str]) -> bool:
    """The table's own answer, before what only the referral at hand can tell."""
    meta = RACTIONS[action]
    return status in meta.starts and bool(meta.roles & roles)


def unreachable() -> list[str]:
    """Statuses no action leads to, and open ones no action leads out of; must be empty."""
    reached = {meta.to for meta in RACTIONS.values() if meta.to is not None}
    left = {s for meta in RACTIONS.values() if meta.to for s in meta.starts if s != meta.to}
    faults = [f"{status} is never reached" for status in RStatus if status not in reached]
    faults += [
        f"{status} is a dead end"
        for status, meta in RSTATUSES.items()
        if meta.is_open and status not in left
    ]
    return faults


def step_words(code: str) -> str | Promise:
    """How the journal tells a step of a referral."""
    if code == "refused":
        return _("Referral refused: the complaint is about this structure")
    known = {str(action): meta.past for action, meta in RACTIONS.items()}
    return known.get(code) or _("Referral")


def status_words(code: str) -> str | Promise:
    """A status of a referral as people name it."""
    known = {str(status): meta.label for status, meta in RSTATUSES.items()}
    return known.get(code, code)

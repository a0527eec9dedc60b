"""The life of a referral as one table, like the appeal's. Being overdue is no status: it is a state
of the referral's clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models.user import Role
from routing.kinds import ReferralKind


class RStatus(StrEnum):
    """Where a referral stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    TO_APPROVE = "to_approve"
    ANSWERED = "answered"
    REWORK = "rework"
    TAKEN = "taken"
    NOTED = "noted"
    FORWARDED = "forwarded"
    RETURNED = "returned"
    REROUTED = "rerouted"
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
    RStatus.NOTED: RStatusMeta(_("Read"), "good", False),
    RStatus.FORWARDED: RStatusMeta(_("Forwarded outside"), "good", False),
    RStatus.RETURNED: RStatusMeta(_("Returned"), "warn", False, _("Sector")),
    RStatus.REROUTED: RStatusMeta(_("Rerouted"), "neutral", False),
    RStatus.WITHDRAWN: RStatusMeta(_("Withdrawn"), "neutral", False),
}
#: A contribution that was given; what a structure no longer has.
CONTRIBUTED = (str(RStatus.ANSWERED), str(RStatus.TAKEN))
TAKEN_BACK = (str(RStatus.WITHDRAWN), str(RStatus.REROUTED))
ROPEN = tuple(str(status) for status, meta in RSTATUSES.items() if meta.is_open)


class RAction(StrEnum):
    """What can be done with a referral."""

    SEND = "send"
    SEE = "see"
    READ = "read"
    ACCEPT = "accept"
    ASSIGN = "assign"
    DRAFT = "draft"
    ANSWER = "answer"
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"
    RECORD_ANSWER = "record_answer"
    FORWARD = "forward"
    TAKE_ANSWER = "take_answer"
    REWORK = "rework"
    REROUTE = "reroute"
    WITHDRAW = "withdraw"
    INHERIT = "inherit"


SECTOR = frozenset({Role.OPERATOR, Role.SECTOR_HEAD})
STRUCTURE = frozenset({Role.STRUCTURE_USER, Role.STRUCTURE_HEAD})
STRUCTURE_HEAD = frozenset({Role.STRUCTURE_HEAD})
SYSTEM = frozenset({"system"})

ALL_KINDS = frozenset(ReferralKind)
#: Kinds a structure works on; the others are only read, or only sent on.
WORKED = ALL_KINDS - {ReferralKind.INFORMATION, ReferralKind.OUTSIDE}
OUTSIDE = frozenset({ReferralKind.OUTSIDE})


@dataclass(frozen=True)
class RActionMeta:
    """From where, to where, by whom, with what, for which kinds. `to=None` leaves the status."""

    label: str | Promise
    starts: frozenset[RStatus]
    to: RStatus | None
    roles: frozenset[str]
    kinds: frozenset[ReferralKind] = WORKED
    needs_note: bool = False
    past: str | Promise = ""
    hotkey: str = ""


_IN_WORK = frozenset({RStatus.ACCEPTED, RStatus.REWORK})
_OPEN = frozenset(status for status, meta in RSTATUSES.items() if meta.is_open)

RACTIONS: dict[RAction, RActionMeta] = {
    RAction.SEND: RActionMeta(
        _("Refer"), frozenset(), RStatus.SENT, SECTOR | SYSTEM, ALL_KINDS, past=_("Referred")
    ),
    RAction.SEE: RActionMeta(
        _("Open"), frozenset({RStatus.SENT}), None, STRUCTURE, past=_("Seen by the structure")
    ),
    # What was sent for information asks for no more than being read.
    RAction.READ: RActionMeta(
        _("Open"),
        frozenset({RStatus.SENT}),
        RStatus.NOTED,
        STRUCTURE,
        frozenset({ReferralKind.INFORMATION}),
        past=_("Read by the structure"),
    ),
    RAction.ACCEPT: RActionMeta(
        _("Accept"),
        frozenset({RStatus.SENT}),
        RStatus.ACCEPTED,
        STRUCTURE,
        past=_("Accepted by the structure"),
        hotkey="alt+t",
    ),
    RAction.DRAFT: RActionMeta(
        _("Send for approval"),
        _IN_WORK,
        RStatus.TO_APPROVE,
        STRUCTURE,
        past=_("Answer sent for approval"),
        hotkey="alt+a",
    ),
    # An opinion asked while the caller waits is given at once by whoever knows it.
    RAction.ANSWER: RActionMeta(
        _("Answer at once"),
        _IN_WORK | {RStatus.SENT},
        RStatus.ANSWERED,
        STRUCTURE,
        frozenset({ReferralKind.CONSULTATION}),
        past=_("Opinion given"),
        hotkey="alt+o",
    ),
    RAction.APPROVE: RActionMeta(
        _("Approve the answer"),
        _IN_WORK | {RStatus.TO_APPROVE},
        RStatus.ANSWERED,
        STRUCTURE_HEAD,
        past=_("Answer approved by the structure's head"),
        hotkey="alt+k",
    ),
    RAction.REJECT: RActionMeta(
        _("Reject the draft"),
        frozenset({RStatus.TO_APPROVE}),
        RStatus.ACCEPTED,
        STRUCTURE_HEAD,
        needs_note=True,
        past=_("Draft rejected by the structure's head"),
    ),
    RAction.ASSIGN: RActionMeta(
        _("Change the executor"),
        _IN_WORK | {RStatus.TO_APPROVE},
        None,
        STRUCTURE,
        past=_("Executor changed"),
    ),
    RAction.ASK_EXTENSION: RActionMeta(
        _("Ask for an extension"),
        _IN_WORK | {RStatus.TO_APPROVE},
        None,
        STRUCTURE,
        needs_note=True,
        past=_("The structure asked for an extension"),
    ),
    RAction.RETURN: RActionMeta(
        _("Return with a reason"),
        frozenset({RStatus.SENT, RStatus.ACCEPTED}),
        RStatus.RETURNED,
        STRUCTURE,
        needs_note=True,
        past=_("Returned by the structure"),
    ),
    RAction.DECIDE_EXTENSION: RActionMeta(
        _("Decide on the extension"), _OPEN, None, SECTOR, past=_("Extension decided")
    ),
    # The letter that takes it outside has a number and a date (law 1308-IVQ, 7.10).
    RAction.FORWARD: RActionMeta(
        _("Record the forwarding letter"),
        frozenset({RStatus.SENT}),
        RStatus.FORWARDED,
        SECTOR | SYSTEM,
        OUTSIDE,
        past=_("Forwarded outside"),
    ),
    # An answer that came on paper or through document circulation, not through the inbox.
    RAction.RECORD_ANSWER: RActionMeta(
        _("Record the answer that came"),
        _OPEN | {RStatus.FORWARDED},
        RStatus.ANSWERED,
        SECTOR | SYSTEM,
        WORKED | OUTSIDE,
        past=_("The answer that came was recorded"),
    ),
    RAction.TAKE_ANSWER: RActionMeta(
        _("Accept the answer"),
        frozenset({RStatus.ANSWERED}),
        RStatus.TAKEN,
        SECTOR,
        WORKED | OUTSIDE,
        past=_("Answer accepted by the sector"),
        hotkey="alt+k",
    ),
    RAction.REWORK: RActionMeta(
        _("Send back for rework"),
        frozenset({RStatus.ANSWERED}),
        RStatus.REWORK,
        SECTOR,
        needs_note=True,
        past=_("Sent back for rework"),
    ),
    RAction.REROUTE: RActionMeta(
        _("Reroute"),
        frozenset({RStatus.SENT, RStatus.ACCEPTED, RStatus.RETURNED}),
        RStatus.REROUTED,
        SECTOR,
        WORKED,
        past=_("Rerouted"),
    ),
    RAction.WITHDRAW: RActionMeta(
        _("Withdraw"),
        _OPEN,
        RStatus.WITHDRAWN,
        SECTOR | SYSTEM,
        ALL_KINDS,
        needs_note=True,
        past=_("Withdrawn by the sector"),
    ),
    # The structure ended while it still owed something: its successor answers, in the name of today.
    RAction.INHERIT: RActionMeta(
        _("Hand to the successor"),
        _OPEN,
        None,
        SYSTEM,
        ALL_KINDS,
        past=_("Handed to the successor of the structure"),
    ),
}


def allowed(action: RAction, status: RStatus, roles: frozenset[str] | set[str], kind: str) -> bool:
    """The table's own answer, before what only the referral at hand can tell."""
    meta = RACTIONS[action]
    return status in meta.starts and kind in meta.kinds and bool(meta.roles & roles)


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

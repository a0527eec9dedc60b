"""The life of an appeal as one table. Buttons, checks, badges, the docs page and the tests
derive from it; nothing else in the product knows which step may follow which."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models.user import Role


class Status(StrEnum):
    """Where an appeal stands."""

    REGISTERED = "registered"
    CONSIDERED = "considered"
    WAITING = "waiting"
    REFERRED = "referred"
    ANSWERED = "answered"
    CLOSED = "closed"
    LEFT = "left"
    MERGED = "merged"


@dataclass(frozen=True)
class StatusMeta:
    """How a status is named and shown, whether work is still owed, and who acts next."""

    label: str | Promise
    tone: str  # neutral | info | good | warn | bad
    is_open: bool
    acts_next: str | Promise = ""
    clock_runs: bool = True


STATUSES: dict[Status, StatusMeta] = {
    Status.REGISTERED: StatusMeta(_("Registered"), "info", True, _("Operator")),
    Status.CONSIDERED: StatusMeta(_("Under consideration"), "info", True, _("Operator")),
    Status.WAITING: StatusMeta(
        _("Waiting for the applicant"), "warn", True, _("Applicant"), clock_runs=False
    ),
    Status.REFERRED: StatusMeta(_("Referred"), "info", True, _("Structure")),
    Status.ANSWERED: StatusMeta(_("Answered, to be checked"), "warn", True, _("Sector head")),
    Status.CLOSED: StatusMeta(_("Closed"), "good", False),
    Status.LEFT: StatusMeta(_("Left without consideration"), "neutral", False),
    Status.MERGED: StatusMeta(_("Merged into another"), "neutral", False),
}

OPEN = tuple(str(status) for status, meta in STATUSES.items() if meta.is_open)
ENDED = tuple(str(status) for status, meta in STATUSES.items() if not meta.is_open)


class Action(StrEnum):
    """What can be done with an appeal."""

    REGISTER = "register"
    IMPORT = "import"
    TAKE = "take"
    ASSIGN = "assign"
    CORRECT = "correct"
    NOTE = "note"
    ATTACH = "attach"
    TOUCH = "touch"
    ASK_APPLICANT = "ask_applicant"
    APPLICANT_REPLIED = "applicant_replied"
    REFER = "refer"
    REFERRAL_STEP = "referral_step"
    REFERRAL_RETURNED = "referral_returned"
    REFERRAL_ANSWERED = "referral_answered"
    ANSWER = "answer"
    SEND_BACK = "send_back"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    LEAVE = "leave"
    REOPEN = "reopen"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"
    LINK = "link"
    JOIN = "join"
    MERGE = "merge"
    UNMERGE = "unmerge"
    INVITE = "invite"
    RECEPTION_STEP = "reception_step"
    RATE = "rate"
    RECOMPUTE = "recompute"


SECTOR = frozenset({Role.OPERATOR, Role.SECTOR_HEAD})
HEAD = frozenset({Role.SECTOR_HEAD})
STRUCTURE = frozenset({Role.STRUCTURE_USER, Role.STRUCTURE_HEAD})
SYSTEM = frozenset({"system"})

_WORKING = frozenset({Status.REGISTERED, Status.CONSIDERED})
_UNDECIDED = _WORKING | {Status.WAITING, Status.REFERRED}
_OPEN = _UNDECIDED | {Status.ANSWERED}
_ANY = frozenset(Status)
_LIVE = _ANY - {Status.MERGED}


@dataclass(frozen=True)
class ActionMeta:
    """From where, to where, by whom, with what. `to=None` leaves the status as it is."""

    label: str | Promise
    starts: frozenset[Status]
    to: Status | None
    roles: frozenset[str]
    needs_note: bool = False
    needs_outcome: bool = False
    past: str | Promise = ""  # how the journal tells it
    hotkey: str = ""
    on_page: bool = False  # a button of the appeal page by itself


ACTIONS: dict[Action, ActionMeta] = {
    Action.REGISTER: ActionMeta(
        _("Register"), frozenset(), Status.REGISTERED, SECTOR | SYSTEM, past=_("Registered")
    ),
    Action.IMPORT: ActionMeta(
        _("Import"), frozenset(), Status.REGISTERED, SYSTEM, past=_("Imported")
    ),
    Action.TAKE: ActionMeta(
        _("Take"),
        frozenset({Status.REGISTERED}),
        Status.CONSIDERED,
        SECTOR,
        past=_("Taken under consideration"),
        hotkey="alt+t",
        on_page=True,
    ),
    Action.ASSIGN: ActionMeta(
        _("Assign"), _OPEN, None, HEAD | SYSTEM, past=_("Assigned"), on_page=True
    ),
    Action.CORRECT: ActionMeta(_("Correct"), _LIVE, None, SECTOR, past=_("Corrected")),
    Action.NOTE: ActionMeta(_("Add a note"), _LIVE, None, SECTOR, past=_("Note added")),
    Action.ATTACH: ActionMeta(
        _("Attach"), _LIVE, None, SECTOR | STRUCTURE | SYSTEM, past=_("File attached")
    ),
    # A contact, a notice sent, a look that must be told: the appeal stays where it is.
    Action.TOUCH: ActionMeta(
        _("Record"), _ANY, None, SECTOR | STRUCTURE | SYSTEM, past=_("Recorded")
    ),
    Action.ASK_APPLICANT: ActionMeta(
        _("Ask the applicant"),
        _WORKING,
        Status.WAITING,
        SECTOR,
        needs_note=True,
        past=_("The applicant was asked; the term is paused"),
        on_page=True,
    ),
    Action.APPLICANT_REPLIED: ActionMeta(
        _("The applicant replied"),
        frozenset({Status.WAITING}),
        Status.CONSIDERED,
        SECTOR | SYSTEM,
        needs_note=True,
        past=_("The applicant replied; the term runs again"),
        on_page=True,
    ),
    Action.REFER: ActionMeta(
        _("Refer"),
        _WORKING | {Status.REFERRED},
        Status.REFERRED,
        SECTOR | SYSTEM,
        past=_("Referred"),
        hotkey="alt+r",
        on_page=True,
    ),
    Action.REFERRAL_STEP: ActionMeta(
        _("Referral"), _LIVE, None, SECTOR | STRUCTURE | SYSTEM, past=_("Referral")
    ),
    Action.REFERRAL_RETURNED: ActionMeta(
        _("Return"),
        frozenset({Status.REFERRED}),
        Status.CONSIDERED,
        SECTOR | STRUCTURE | SYSTEM,
        past=_("Came back from the structure"),
    ),
    Action.REFERRAL_ANSWERED: ActionMeta(
        _("Answer of the structure"),
        frozenset({Status.REFERRED}),
        Status.ANSWERED,
        SECTOR | STRUCTURE | SYSTEM,
        past=_("The structure answered"),
    ),
    Action.ANSWER: ActionMeta(
        _("Answer"),
        _WORKING | {Status.REFERRED},
        Status.ANSWERED,
        SECTOR,
        needs_note=True,
        past=_("Answer prepared"),
        hotkey="alt+a",
        on_page=True,
    ),
    Action.SEND_BACK: ActionMeta(
        _("Send back"),
        frozenset({Status.ANSWERED}),
        Status.CONSIDERED,
        SECTOR,
        needs_note=True,
        past=_("The answer was sent back"),
        on_page=True,
    ),
    # Over an open referral only with a reason, which takes it back first (appeals.endings).
    Action.CLOSE: ActionMeta(
        _("Inform and close"),
        _WORKING | {Status.REFERRED, Status.ANSWERED},
        Status.CLOSED,
        SECTOR | SYSTEM,
        needs_outcome=True,
        past=_("Answered and closed"),
        hotkey="alt+c",
        on_page=True,
    ),
    Action.WITHDRAW: ActionMeta(
        _("Withdrawn by the applicant"),
        _OPEN,
        Status.CLOSED,
        SECTOR,
        needs_note=True,
        past=_("Withdrawn by the applicant"),
        on_page=True,
    ),
    Action.LEAVE: ActionMeta(
        _("Leave without consideration"),
        _UNDECIDED,
        Status.LEFT,
        SECTOR,
        needs_note=True,
        past=_("Left without consideration"),
        on_page=True,
    ),
    Action.REOPEN: ActionMeta(
        _("Reopen"),
        frozenset({Status.CLOSED, Status.LEFT}),
        Status.CONSIDERED,
        SECTOR,
        needs_note=True,
        past=_("Reopened"),
        on_page=True,
    ),
    Action.ASK_EXTENSION: ActionMeta(
        _("Ask for an extension"),
        _OPEN,
        None,
        SECTOR,
        needs_note=True,
        past=_("An extension was asked"),
        on_page=True,
    ),
    Action.DECIDE_EXTENSION: ActionMeta(
        _("Decide on the extension"), _OPEN, None, HEAD, past=_("Extension decided")
    ),
    Action.LINK: ActionMeta(_("Link"), _LIVE, None, SECTOR | SYSTEM, past=_("Linked")),
    Action.JOIN: ActionMeta(
        _("Join to an open appeal"),
        _UNDECIDED,
        Status.CLOSED,
        SECTOR,
        past=_("Joined to another appeal"),
    ),
    Action.MERGE: ActionMeta(
        _("Merge"), _UNDECIDED, Status.MERGED, SECTOR, past=_("Merged into another")
    ),
    # Back to where it stood: the gate is told the target, the table names only the way out.
    Action.UNMERGE: ActionMeta(
        _("Undo the merge"),
        frozenset({Status.MERGED}),
        Status.CONSIDERED,
        SECTOR,
        needs_note=True,
        past=_("The merge was undone"),
        on_page=True,
    ),
    Action.INVITE: ActionMeta(
        _("Invite to a reception"), _OPEN, None, SECTOR, past=_("Reception"), on_page=True
    ),
    # What follows an invitation; the table of receptions says what (appeals.reception.lifecycle).
    Action.RECEPTION_STEP: ActionMeta(
        _("Reception"),
        _ANY,
        None,
        SECTOR | STRUCTURE | SYSTEM | {Role.MANAGEMENT},
        past=_("Reception"),
    ),
    Action.RATE: ActionMeta(
        _("Satisfaction"),
        frozenset({Status.CLOSED, Status.LEFT}),
        None,
        SECTOR | SYSTEM,
        past=_("Rated by the applicant"),
        on_page=True,
    ),
    Action.RECOMPUTE: ActionMeta(
        _("Recompute the term"), _LIVE, None, SYSTEM, past=_("The term was recomputed")
    ),
}


def allowed(action: Action, status: Status, roles: frozenset[str] | set[str]) -> bool:
    """The table's own answer, before what only the appeal at hand can tell."""
    meta = ACTIONS[action]
    return status in meta.starts and bool(meta.roles & roles)


def unreachable() -> list[str]:
    """Statuses no action leads to, and open ones no action leads out of; must be empty."""
    reached = {meta.to for meta in ACTIONS.values() if meta.to is not None}
    left = {
        status
        for meta in ACTIONS.values()
        if meta.to is not None
        for status in meta.starts
        if status != meta.to
    }
    faults = [f"{status} is never reached" for status in Status if status not in reached]
    faults += [
        f"{status} is a dead end"
        for status, meta in STATUSES.items()
        if meta.is_open and status not in left
    ]
    return faults

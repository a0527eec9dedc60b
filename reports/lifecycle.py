"""The life of a report as one table; buttons, checks, badges and tests derive from it.

built → commented → signed (figures frozen with their digest) → presented → archived as it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models.user import Role


class Status(StrEnum):
    """Where a report stands."""

    ASKED = "asked"
    BUILDING = "building"
    FAILED = "failed"
    BUILT = "built"
    COMMENTED = "commented"
    SIGNED = "signed"
    PRESENTED = "presented"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class StatusMeta:
    """How a status is named and shown; whether a document is there, and whether it is frozen."""

    label: str | Promise
    tone: str  # "" | info | good | warn | bad
    has_document: bool = True
    is_final: bool = False


STATUSES: dict[Status, StatusMeta] = {
    Status.ASKED: StatusMeta(_("Waiting to be built"), "", has_document=False),
    Status.BUILDING: StatusMeta(_("Being built"), "info", has_document=False),
    Status.FAILED: StatusMeta(_("Not built"), "bad", has_document=False),
    Status.BUILT: StatusMeta(_("Built"), "info"),
    Status.COMMENTED: StatusMeta(_("Commented"), "info"),
    Status.SIGNED: StatusMeta(_("Signed"), "warn", is_final=True),
    Status.PRESENTED: StatusMeta(_("Presented"), "good", is_final=True),
    Status.ARCHIVED: StatusMeta(_("Archived"), "", is_final=True),
}

WITH_DOCUMENT = tuple(str(status) for status, meta in STATUSES.items() if meta.has_document)
FINAL = tuple(str(status) for status, meta in STATUSES.items() if meta.is_final)
UNBUILT = (str(Status.ASKED), str(Status.BUILDING))
#: What management is shown: what was presented to it.
SHOWN = (str(Status.PRESENTED), str(Status.ARCHIVED))


class Action(StrEnum):
    """What can be done with a report."""

    ASK = "ask"
    BEGIN = "begin"
    FINISH = "finish"
    FAIL = "fail"
    RETRY = "retry"
    COMMENT = "comment"
    SIGN = "sign"
    PRESENT = "present"
    READ = "read"
    ARCHIVE = "archive"
    CORRECT = "correct"


HEAD = frozenset({Role.SECTOR_HEAD})
ASKERS = HEAD | {Role.MANAGEMENT}
SYSTEM = frozenset({"system"})


@dataclass(frozen=True)
class ActionMeta:
    """From where, to where, by whom. `to=None` leaves the report where it stands."""

    label: str | Promise
    starts: frozenset[Status]
    to: Status | None
    roles: frozenset[str]
    past: str | Promise
    needs_note: bool = False
    on_page: bool = False  # a button of the report's page
    hotkey: str = ""


_FINAL = frozenset({Status.SIGNED, Status.PRESENTED, Status.ARCHIVED})

ACTIONS: dict[Action, ActionMeta] = {
    Action.ASK: ActionMeta(
        _("Ask for a report"), frozenset(), Status.ASKED, ASKERS | SYSTEM, _("Asked for")
    ),
    # A build that a dead worker left is begun again.
    Action.BEGIN: ActionMeta(
        _("Build"),
        frozenset({Status.ASKED, Status.BUILDING}),
        Status.BUILDING,
        SYSTEM,
        _("Building began"),
    ),
    Action.FINISH: ActionMeta(
        _("Finish"), frozenset({Status.BUILDING}), Status.BUILT, SYSTEM, _("Built")
    ),
    Action.FAIL: ActionMeta(
        _("Give up"), frozenset({Status.BUILDING}), Status.FAILED, SYSTEM, _("Could not be built")
    ),
    Action.RETRY: ActionMeta(
        _("Build again"),
        frozenset({Status.FAILED}),
        Status.ASKED,
        ASKERS,
        _("Asked for again"),
        on_page=True,
    ),
    Action.COMMENT: ActionMeta(
        _("Write commentary"),
        frozenset({Status.BUILT, Status.COMMENTED}),
        Status.COMMENTED,
        HEAD,
        _("Commented"),
        on_page=True,
        hotkey="alt+c",
    ),
    Action.SIGN: ActionMeta(
        _("Sign"),
        frozenset({Status.BUILT, Status.COMMENTED}),
        Status.SIGNED,
        HEAD,
        _("Signed"),
        on_page=True,
        hotkey="alt+s",
    ),
    # Presented again to people who were not among the first.
    Action.PRESENT: ActionMeta(
        _("Present to management"),
        frozenset({Status.SIGNED, Status.PRESENTED}),
        Status.PRESENTED,
        HEAD,
        _("Presented"),
        on_page=True,
        hotkey="alt+p",
    ),
    Action.READ: ActionMeta(
        _("Read"),
        frozenset({Status.PRESENTED, Status.ARCHIVED}),
        None,
        frozenset({Role.MANAGEMENT}),
        _("Read"),
    ),
    Action.ARCHIVE: ActionMeta(
        _("Archive"),
        frozenset({Status.PRESENTED}),
        Status.ARCHIVED,
        HEAD,
        _("Archived"),
        on_page=True,
    ),
    # A signed report never changes: a correction is a new version that names it.
    Action.CORRECT: ActionMeta(
        _("Correct"),
        _FINAL,
        None,
        HEAD,
        _("A correcting version was asked for"),
        needs_note=True,
        on_page=True,
    ),
}


def allowed(action: Action, status: Status, roles: frozenset[str] | set[str]) -> bool:
    """The table's own answer."""
    meta = ACTIONS[action]
    return status in meta.starts and bool(meta.roles & roles)

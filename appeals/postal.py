"""The way of a letter on paper as one table; verbs, buttons and tests derive from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appeals.kinds import LetterState, NoticeChannel, NoticeReason, NoticeState


class Deed(StrEnum):
    """What is done with a letter."""

    PRINT = "print"
    POST = "post"
    RECEIVE = "receive"
    RETURN = "return"


@dataclass(frozen=True)
class DeedMeta:
    """From where to where, and what it makes of the notice."""

    label: str | Promise
    past: str | Promise
    starts: frozenset[LetterState]
    to: LetterState
    notice: NoticeState


DEEDS: dict[Deed, DeedMeta] = {
    Deed.PRINT: DeedMeta(
        _("Printed"), _("A letter was printed"),
        frozenset({LetterState.TO_PRINT}), LetterState.PRINTED, NoticeState.OWED,
    ),
    Deed.POST: DeedMeta(
        _("Posted"), _("A letter was posted"),
        frozenset({LetterState.PRINTED}), LetterState.POSTED, NoticeState.SENT,
    ),
    Deed.RECEIVE: DeedMeta(
        _("Received"), _("A letter was received"),
        frozenset({LetterState.POSTED}), LetterState.RECEIVED, NoticeState.DELIVERED,
    ),
    # Also one thought to be received: the post may tell it late.
    Deed.RETURN: DeedMeta(
        _("Came back"), _("A letter came back"),
        frozenset({LetterState.POSTED, LetterState.RECEIVED}),
        LetterState.RETURNED, NoticeState.FAILED,
    ),
}  # fmt: skip


def deeds_of(state: str) -> list[Deed]:
    """What may be done with a letter now."""
    return [deed for deed, meta in DEEDS.items() if state in meta.starts]


#: How the journal tells what happened to a notice.
NOTICE_STEPS: dict[str, str | Promise] = {
    "failed": _("A notice could not be delivered"),
    "again": _("A notice was sent again"),
    "told": _("The applicant was told by phone"),
}


def letter_words(code: str) -> str:
    """How the journal tells a letter's step."""
    return str(DEEDS[Deed(code)].past) if code in set(Deed) else str(_("Letter"))


def notice_words(code: str) -> str:
    """How the journal tells a notice's step."""
    return str(NOTICE_STEPS.get(code, _("Notice")))


def rating_words(code: str) -> str:
    """How the journal tells what was done about an opinion."""
    return (
        str(_("A dissatisfied applicant was dealt with")) if code == "handled" else str(_("Rating"))
    )


def notice_told(value: str) -> str:
    """A notice in the journal, "answered sms", in words."""
    reason, _gap, channel = value.partition(" ")
    reasons, channels = dict(NoticeReason.choices), dict(NoticeChannel.choices)
    return f"{reasons.get(reason, reason)} · {channels.get(channel, channel)}"


TONES = {
    NoticeState.OWED: "", NoticeState.SENDING: "info", NoticeState.SENT: "info",
    NoticeState.DELIVERED: "good", NoticeState.FAILED: "bad", NoticeState.VOID: "",
}  # fmt: skip


def tone_of(state: str) -> str:
    """How the state of a notice is coloured; its word stands beside."""
    return TONES[NoticeState(state)]


#: What went wrong, in words; codes of gateways are shown as they are.
FAULTS: dict[str, str | Promise] = {
    "unreachable": _("There is no telephone, e-mail or address: nobody can be told"),
    "returned": _("The letter came back"),
    "interrupted": _("The sending was interrupted and nobody knows whether it left"),
    "TimeoutError": _("The gateway does not answer"),
    "URLError": _("The gateway cannot be reached"),
    "ConnectionRefusedError": _("The gateway cannot be reached"),
    "RemoteDisconnected": _("The gateway hung up"),
    "the answer was not JSON": _("The gateway answered what cannot be read"),
    "the answer named no id": _("The gateway answered what cannot be read"),
    "CannotMake": _("The letter could not be made"),
}


def fault_words(error: str) -> str:
    """Why a notice did not arrive, as people say it."""
    return str(FAULTS.get(error, error))

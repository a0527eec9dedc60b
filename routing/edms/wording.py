"""Why a message was not taken, in words for people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

REASONS = {
    "not_json": _("It could not be read."),
    "unknown_kind": _("It says nothing we know."),
    "unknown_memo": _("It names no memo of ours."),
    "other_appeal": _("It names another appeal than the memo does."),
    "other_number": _("It gives another number than the one already registered."),
    "no_number": _("It gives no number or date."),
    "no_text": _("It answers without a text."),
    "referral_over": _("The referral had ended; the answer is kept here."),
    "not_possible": _("The memo is not in a state for it."),
}

KINDS = {
    "acknowledged": _("registered"),
    "answered": _("answered"),
    "rejected": _("refused"),
}

#: What `callcenter.outgoing` and the backends say when a memo could not be handed over.
ERRORS = {
    "rejected": _("Refused by the other side."),
    "the answer was not JSON": _("The other side answered what cannot be read."),
    "the answer named no id": _("The other side answered without saying that it took the memo."),
    "the answer named another memo": _("The other side answered about another memo."),
    "the answer named another appeal": _("The other side answered about another appeal."),
    **dict.fromkeys(
        ("TimeoutError", "timeout"), _("The other side did not answer in time.")
    ),
    **dict.fromkeys(
        (
            "URLError", "ConnectionRefusedError", "ConnectionResetError", "BrokenPipeError",
            "RemoteDisconnected", "IncompleteRead", "BadStatusLine",
        ),
        _("There is no connection with the other side."),
    ),
    **dict.fromkeys(
        ("OSError", "PermissionError", "FileNotFoundError", "NotADirectoryError"),
        _("The exchange folder could not be written to."),
    ),
}  # fmt: skip

STEPS = {
    "edms.made": _("Memo to the head of the Apparatus prepared"),
    "edms.sent": _("Memo sent through document circulation"),
    "edms.acknowledged": _("Memo registered in document circulation"),
    "edms.answered": _("Answer came through document circulation"),
    "edms.failed": _("Memo could not be sent"),
    "edms.refused": _("A message of document circulation was not taken"),
    "edms.resent": _("Memo sent again by hand"),
    "edms.withdrawn": _("Memo withdrawn before sending"),
}
ALERTS = {
    "edms.failed": _("The memo could not be sent: %(number)s"),
    "edms.refused": _("A message about the memo was not taken: %(number)s"),
    "edms.answered": _("The head of the Apparatus answered: %(number)s"),
}


def step_words(code: str) -> object:
    """How the journal tells a step of a memo."""
    return STEPS.get(f"edms.{code}", code)


def reason_words(code: str) -> object:
    """Why a message was not taken; a refusal of the referral's own step is told by its code."""
    return REASONS.get(code) or (_("It could not be entered (%(code)s).") % {"code": code})


def kind_words(code: str) -> object:
    """What a message says."""
    return KINDS.get(code, code)


def error_words(kept: str) -> object:
    """The last error as people read it. What is kept is technical: a code, a class, a status; the
    other side's own words stay as they are."""
    status = kept.removeprefix("HTTP ")
    if status != kept and status.isascii() and status.isdigit():
        return _("The other side answered with an error (HTTP %(status)s).") % {"status": status}
    return ERRORS.get(kept) or REASONS.get(kept, kept)

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
    return REASONS.get(code, code)

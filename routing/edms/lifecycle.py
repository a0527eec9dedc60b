"""The life of a memo as one table: which state may follow which. No database here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MemoState(models.TextChoices):
    """Where a memo stands between us and the system of document circulation."""

    UNPROCESSED = "unprocessed", _("Unprocessed")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    ACKNOWLEDGED = "acknowledged", _("Registered there")
    ANSWERED = "answered", _("Answered")
    FAILED = "failed", _("Not sent")
    WITHDRAWN = "withdrawn", _("Withdrawn before sending")


TONES = {
    MemoState.UNPROCESSED: "", MemoState.SENDING: "info", MemoState.SENT: "info",
    MemoState.ACKNOWLEDGED: "good", MemoState.ANSWERED: "good", MemoState.FAILED: "bad",
    MemoState.WITHDRAWN: "",
}  # fmt: skip

#: Their word may overtake our own mark, or come for what we took for lost: it is believed.
_OUT = frozenset({MemoState.SENDING, MemoState.SENT, MemoState.FAILED})
FOLLOWS: dict[MemoState, frozenset[MemoState]] = {
    MemoState.SENDING: frozenset({MemoState.UNPROCESSED, MemoState.FAILED, MemoState.SENDING}),
    MemoState.SENT: frozenset({MemoState.SENDING}),
    MemoState.ACKNOWLEDGED: _OUT,
    MemoState.ANSWERED: _OUT | {MemoState.ACKNOWLEDGED},
    MemoState.FAILED: frozenset({MemoState.SENDING, MemoState.SENT}),
    MemoState.WITHDRAWN: frozenset({MemoState.UNPROCESSED, MemoState.FAILED}),
}
#: States a worker may take up when their moment has come; SENDING belongs to one that died.
DUE = (MemoState.UNPROCESSED, MemoState.SENDING, MemoState.FAILED)


def follows(new: str, old: str) -> bool:
    """Whether a memo may go from `old` to `new`."""
    return MemoState(old) in FOLLOWS.get(MemoState(new), frozenset())

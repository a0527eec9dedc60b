"""The verbs of reception. Every change passes the appeal's gate and stands in its journal."""

from appeals.reception.actions.feeds import make_feed, revoke_feed, use_feed
from appeals.reception.actions.meeting import (
    absent,
    came,
    cancel,
    confirm,
    decline,
    invite,
    miss,
    move,
    remind,
    unmark,
    write_minutes,
)
from appeals.reception.actions.slots import Hours, cancel_slot, make_slots

__all__ = [
    "Hours",
    "absent",
    "came",
    "cancel",
    "cancel_slot",
    "confirm",
    "decline",
    "invite",
    "make_feed",
    "make_slots",
    "miss",
    "move",
    "remind",
    "revoke_feed",
    "unmark",
    "use_feed",
    "write_minutes",
]

"""The verbs of a referral; each also writes into the appeal's journal."""

from routing.actions.sector import refer, rework, take_answer, withdraw
from routing.actions.structure import accept, approve, draft, reject, return_referral, see

__all__ = [
    "accept",
    "approve",
    "draft",
    "refer",
    "reject",
    "return_referral",
    "rework",
    "see",
    "take_answer",
    "withdraw",
]

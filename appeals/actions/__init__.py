"""The verbs: the only code that writes. Pages, API, import, demo and tests call these."""

from appeals.actions.applicants import find_or_add_contact, save_applicant
from appeals.actions.closing import close, leave, reopen, withdraw
from appeals.actions.gate import hold, step
from appeals.actions.intake import register
from appeals.actions.work import (
    answer,
    applicant_replied,
    ask_applicant,
    assign,
    correct,
    note,
    send_back,
    take,
)

__all__ = [
    "answer",
    "applicant_replied",
    "ask_applicant",
    "assign",
    "close",
    "correct",
    "find_or_add_contact",
    "hold",
    "leave",
    "note",
    "register",
    "reopen",
    "save_applicant",
    "send_back",
    "step",
    "take",
    "withdraw",
]

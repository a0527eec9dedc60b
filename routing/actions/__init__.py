"""The verbs of a referral; each also writes into the appeal's journal."""

from routing.actions.drafts import keep_draft
from routing.actions.inheriting import inherit
from routing.actions.outside import forward, record_answer
from routing.actions.sector import decide_extension, reply_with, rework, take_answer, withdraw
from routing.actions.sending import add_co_executor, refer, reroute
from routing.actions.structure import (
    accept,
    accept_many,
    answer,
    approve,
    ask_extension,
    assign,
    attach_to_answer,
    draft,
    reject,
    return_referral,
    see,
)
from routing.actions.templates import count_use, save_template

__all__ = [
    "accept",
    "accept_many",
    "add_co_executor",
    "answer",
    "approve",
    "ask_extension",
    "assign",
    "attach_to_answer",
    "count_use",
    "decide_extension",
    "draft",
    "forward",
    "inherit",
    "keep_draft",
    "record_answer",
    "refer",
    "reject",
    "reply_with",
    "reroute",
    "return_referral",
    "rework",
    "save_template",
    "see",
    "take_answer",
    "withdraw",
]

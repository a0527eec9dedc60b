"""The verbs: the only code that writes. Pages, API, import, demo and tests call these."""

from appeals.actions.applicants import (
    drop_contact,
    find_or_add_contact,
    prefer_contact,
    save_applicant,
)
from appeals.actions.attachments import attach, attach_to_draft, detach, drop_draft_file
from appeals.actions.closing import close, leave, reopen, withdraw
from appeals.actions.drafts import drop_draft, save_draft
from appeals.actions.extensions import ask_extension, decide_extension
from appeals.actions.gate import hold, step
from appeals.actions.intake import register
from appeals.actions.relations import contact, join, link, merge, unlink, unmerge
from appeals.actions.repeats import mark_repeat
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
    "ask_extension",
    "assign",
    "attach",
    "attach_to_draft",
    "close",
    "contact",
    "correct",
    "decide_extension",
    "detach",
    "drop_contact",
    "drop_draft",
    "drop_draft_file",
    "find_or_add_contact",
    "hold",
    "join",
    "leave",
    "link",
    "merge",
    "mark_repeat",
    "note",
    "prefer_contact",
    "register",
    "reopen",
    "save_applicant",
    "save_draft",
    "send_back",
    "step",
    "take",
    "unlink",
    "unmerge",
    "withdraw",
]

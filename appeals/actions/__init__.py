"""The verbs: the only code that writes. Pages, API, import, demo and tests call these."""

from appeals.actions.applicants import (
    drop_contact,
    find_or_add_contact,
    prefer_contact,
    save_applicant,
)
from appeals.actions.attachments import attach, attach_to_draft, detach, drop_draft_file
from appeals.actions.closing import close, leave, reopen, withdraw
from appeals.actions.delivery import send_again, tell_by_phone
from appeals.actions.drafts import drop_draft, save_draft
from appeals.actions.extensions import ask_extension, decide_extension
from appeals.actions.gate import hold, step
from appeals.actions.intake import register
from appeals.actions.letters import (
    letter_received,
    letter_returned,
    post_letter,
    post_letters,
    print_letters,
)
from appeals.actions.relations import contact, join, link, merge, unlink, unmerge
from appeals.actions.repeats import mark_repeat
from appeals.actions.satisfaction import (
    complain,
    complain_by_link,
    handle_rating,
    rate,
    rate_by_link,
)
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
    "complain",
    "complain_by_link",
    "contact",
    "correct",
    "decide_extension",
    "detach",
    "drop_contact",
    "drop_draft",
    "drop_draft_file",
    "find_or_add_contact",
    "handle_rating",
    "hold",
    "join",
    "leave",
    "letter_received",
    "letter_returned",
    "link",
    "mark_repeat",
    "merge",
    "note",
    "post_letter",
    "post_letters",
    "prefer_contact",
    "print_letters",
    "rate",
    "rate_by_link",
    "register",
    "reopen",
    "save_applicant",
    "save_draft",
    "send_again",
    "send_back",
    "step",
    "take",
    "tell_by_phone",
    "unlink",
    "unmerge",
    "withdraw",
]

"""Pages of the structures' work."""

from routing.views.asking import appeal_referrals, consult, reply
from routing.views.inbox import inbox, inbox_accept
from routing.views.refer import refer
from routing.views.referral import referral, referral_do, referral_draft, referral_files
from routing.views.templates import answer_template, answer_templates
from routing.views.workload import inbox_workload

__all__ = [
    "answer_template",
    "answer_templates",
    "inbox_workload",
    "appeal_referrals",
    "consult",
    "inbox",
    "inbox_accept",
    "refer",
    "referral",
    "referral_do",
    "referral_draft",
    "referral_files",
    "reply",
]

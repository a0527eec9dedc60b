"""Pages of the structures' work."""

from routing.views.inbox import inbox, inbox_accept
from routing.views.refer import refer
from routing.views.referral import referral, referral_do, referral_draft, referral_files

__all__ = [
    "inbox",
    "inbox_accept",
    "refer",
    "referral",
    "referral_do",
    "referral_draft",
    "referral_files",
]

"""The pages of reception: the calendar, hours, an invitation and what became of it, addresses."""

from appeals.reception.views.calendar import calendar, day, slot, slots_new
from appeals.reception.views.feeds import feed, feed_revoke, feeds
from appeals.reception.views.meeting import book, reception, reception_do, reception_panel
from appeals.reception.views.months import month
from appeals.reception.views.public import answer

__all__ = [
    "answer",
    "book",
    "calendar",
    "day",
    "feed",
    "feed_revoke",
    "feeds",
    "month",
    "reception",
    "reception_do",
    "reception_panel",
    "slot",
    "slots_new",
]

"""The tabs above the lists: every work list with its count, and one's own drafts.

What is counted is asked in one question. Putting eleven lists into SQL takes longer than the database
takes to count them, so the SQL is kept for as long as it says the same: for one person with the same
rights on the same day. The counts themselves are never kept.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.access import DESK
from appeals.actions.drafts import drafts_of
from appeals.listing import Listing
from appeals.models import Appeal
from appeals.paging import NOTHING, Asked, Page, asked_of, capped_all
from appeals.worklists import WORK_LISTS
from people.models import User
from people.standing import Standing, standing_of

COUNTED = [tab for tab in WORK_LISTS if tab.is_counted]
#: Questions kept in a process: of the people of a sector and those who look on.
MOST_KEPT = 512


@dataclass(frozen=True)
class _Reader:
    """Whom a kept question is about: the same person with the same rights on the same day."""

    user: User = field(compare=False)
    pk: int
    standing: Standing
    day: dt.date


@lru_cache(maxsize=MOST_KEPT)
def _questions(reader: _Reader) -> list[Asked]:
    """What each work list counts, then the drafts."""
    seen = Appeal.objects.visible_to(reader.user)
    lists = [tab.rows(seen, reader.user) for tab in COUNTED]
    return [asked_of(rows) for rows in [*lists, drafts_of(reader.user)]]


def tabs_and_count(listing: Listing, page: Page) -> tuple[list[dict[str, Any]], str]:
    """The tabs with their counts, and how many rows the list itself has."""
    user = listing.user
    reader = _Reader(user, user.pk, standing_of(user), timezone.localdate())
    asked: list[QuerySet | Asked] = list(_questions(reader))
    seen = Appeal.objects.visible_to(user)
    for at, tab in enumerate(COUNTED):
        if tab.is_momentary:
            asked[at] = tab.rows(seen, user)
    told = listing.told_count(page)
    *counts, drafts, own = capped_all([*asked, listing.counted if told is None else NOTHING])
    by_code = dict(zip((tab.code for tab in COUNTED), counts, strict=True))
    return _tabs(listing, by_code, drafts), own if told is None else told


def _tabs(listing: Listing, counts: dict[str, str], drafts: str) -> list[dict[str, Any]]:
    lists = reverse("appeals")
    tabs = [
        {
            "label": tab.label,
            "url": f"{lists}?tab={tab.code}",
            "count": _shown(counts.get(tab.code, "")),
            "current": listing.view is None and tab is listing.tab,
        }
        for tab in WORK_LISTS
    ]
    if standing_of(listing.user).has(*DESK):
        tabs.append({"label": _("Drafts"), "url": reverse("drafts"), "count": _shown(drafts)})
    return tabs


def _shown(count: str) -> str:
    return "" if count == "0" else count

"""The tabs above the lists: every work list with its count, and one's own drafts.

What is counted is asked in one question. Putting eleven lists into SQL takes longer than the database
takes to count them, so the SQL is kept for as long as it says the same: for one person with the same
rights on the same day; so is the database's plan of it. The counts themselves are never kept.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.access import DESK
from appeals.actions.drafts import drafts_of
from appeals.listing import Listing
from appeals.models import Appeal
from appeals.paging import Asked, Page, asked_of, capped_all
from appeals.worklists import BY_CODE, WORK_LISTS
from people.standing import Reader, standing_of

DRAFTS = "drafts"
COUNTED = [tab for tab in WORK_LISTS if tab.is_counted]
#: Questions kept in a process: of the people of a sector and those who look on.
MOST_KEPT = 512


@lru_cache(maxsize=MOST_KEPT)
def _questions(reader: Reader) -> dict[str, Asked]:
    """What each work list counts, by its code, and the drafts."""
    seen = Appeal.objects.visible_to(reader.user)
    lists = {tab.code: asked_of(tab.rows(seen, reader.user)) for tab in WORK_LISTS}
    return lists | {DRAFTS: asked_of(drafts_of(reader.user))}


def tabs_and_count(listing: Listing, page: Page) -> tuple[list[dict[str, Any]], str]:
    """The tabs with their counts, and how many rows the list itself has."""
    user, own = listing.user, listing.tab.code
    reader = Reader.of(user)
    told = listing.told_count(page)
    codes = [tab.code for tab in COUNTED]
    if told is None and listing.is_whole and own not in codes and not _is_dated(reader, own):
        codes.append(own)
    asked = [*(_asked_now(reader, code) for code in codes), _questions(reader)[DRAFTS]]
    *counts, drafts = capped_all(asked, is_kept=True)
    by_code = dict(zip(codes, counts, strict=True))
    if told is None:
        whole = by_code.get(own) if listing.is_whole else None
        told = listing.count() if whole is None else whole
    return _tabs(listing, by_code, drafts), told


def _is_dated(reader: Reader, code: str) -> bool:
    """How the rows of a list since a day are best found depends on the day."""
    return any(isinstance(one, dt.datetime) for one in _questions(reader)[code][1])


def _asked_now(reader: Reader, code: str) -> Asked:
    """The kept question; one about this moment compares with it, and with no other time."""
    sql, values = _questions(reader)[code]
    if not BY_CODE[code].is_momentary:
        return sql, values
    now = timezone.now()
    return sql, tuple(now if isinstance(one, dt.datetime) else one for one in values)


def _tabs(listing: Listing, counts: dict[str, str], drafts: str) -> list[dict[str, Any]]:
    lists = reverse("appeals")
    tabs = [
        {
            "label": tab.label,
            "url": f"{lists}?tab={tab.code}",
            "count": _shown(counts.get(tab.code, "")) if tab.is_counted else "",
            "current": listing.view is None and tab is listing.tab,
        }
        for tab in WORK_LISTS
    ]
    if standing_of(listing.user).has(*DESK):
        tabs.append({"label": _("Drafts"), "url": reverse("drafts"), "count": _shown(drafts)})
    return tabs


def _shown(count: str) -> str:
    return "" if count == "0" else count

"""The work lists and the search."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from appeals import columns
from appeals.access import DESK, READERS, only
from appeals.actions.drafts import drafts_of
from appeals.bulk import verbs_for
from appeals.columns import Column
from appeals.exports import export_url
from appeals.listing import Listing
from appeals.models import Appeal
from appeals.paging import capped_all
from appeals.search import LONGEST_QUERY, exact
from appeals.views import narrowing
from appeals.views.saved import menu
from appeals.worklists import ORDERS, WORK_LISTS
from people.standing import standing_of

#: Parameters of a list that say where in it one stands.
CURSORS = ("after", "before")


@only(READERS)
@require_GET
def appeals(request: HttpRequest) -> HttpResponse:
    """The work lists and the saved views; one set of filters and one search for all of them."""
    user = request.user
    listing = Listing.asked(user, request.GET)
    page = listing.page(*(request.GET.get(name, "") for name in CURSORS))
    filters = narrowing.drawn(listing.filters)
    is_narrowed = bool(listing.text) or listing.is_cut
    verbs = verbs_for(user) if page.rows else []
    drawing = columns.Drawing(listing.finding.marked if listing.finding is not None else "")
    context = {
        "listing": listing,
        "filters": listing.filters,
        "first": filters.first,
        "more": filters.folded,
        "is_more_open": filters.is_open,
        "tabs": _tabs(listing),
        "tab": listing.tab,
        "views": menu(user, listing.view),
        "page": page,
        "heads": [_head(column, listing, request) for column in listing.columns],
        "lines": columns.lines(page.rows, listing.columns, drawing, is_ticked=bool(verbs)),
        "orders": [(code, ORDERS[code].label) for code in listing.tab.orders],
        "order_code": _order_code(listing),
        "count": listing.count(page),
        "next_url": _turn(request, after=page.next) if page.next else "",
        "previous_url": _turn(request, before=page.previous) if page.previous else "",
        "search_text": listing.text,
        "is_narrowed": is_narrowed,
        "retired": listing.retired(),
        "verbs": verbs,
        "address": request.GET.urlencode(),
        "as_it_is": urlencode({**listing.data, **_order(listing)}),
        "export_url": export_url(user, listing.data),
    }
    return render(request, "appeals/list.html", context)


def _order_code(listing: Listing) -> str:
    code = listing.order_code
    return code if code in listing.tab.orders else listing.tab.orders[0]


def _order(listing: Listing) -> dict[str, str]:
    return {"order": listing.order_code} if listing.order_code else {}


def _head(column: Column, listing: Listing, request: HttpRequest) -> dict[str, Any]:
    """The head of a column: pressed, the list is ordered by it, and the other way next time."""
    ways = [code for code in column.orders if code in listing.tab.orders]
    now = _order_code(listing)
    if not ways:
        return {"column": column}
    after = ways[(ways.index(now) + 1) % len(ways)] if now in ways else ways[0]
    falling = ORDERS[now].columns[0].startswith("-")
    return {
        "column": column,
        "url": _turn(request, order=after),
        "sort": ("descending" if falling else "ascending") if now in ways else "",
    }


def _tabs(listing: Listing) -> list[dict[str, Any]]:
    """The work lists with their counts, and one's own drafts: one question for all of them."""
    user = listing.user
    seen = Appeal.objects.visible_to(user)
    counted = [tab for tab in WORK_LISTS if tab.is_counted]
    *counts, drafts = capped_all([*(tab.rows(seen, user) for tab in counted), drafts_of(user)])
    shown = ("" if count == "0" else count for count in counts)
    by_code = dict(zip((tab.code for tab in counted), shown, strict=True))
    tabs = [
        {
            "label": tab.label,
            "url": f"{reverse('appeals')}?tab={tab.code}",
            "count": by_code.get(tab.code, ""),
            "current": listing.view is None and tab is listing.tab,
        }
        for tab in WORK_LISTS
    ]
    if standing_of(user).has(*DESK):
        count = drafts if drafts != "0" else ""
        tabs.append({"label": _("Drafts"), "url": reverse("drafts"), "count": count})
    return tabs


def _turn(request: HttpRequest, **cursor: str) -> str:
    kept = request.GET.copy()
    for name in (*CURSORS, *cursor):
        kept.pop(name, None)
    kept.update(cursor)
    return f"?{kept.urlencode()}"


@only(READERS)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """A number opens its appeal; everything else is the list narrowed by what was typed."""
    text = request.GET.get("q", "")[:LONGEST_QUERY]
    found = exact(request.user, text)
    return redirect(found) if found is not None else appeals(request)

"""The work lists and the search."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from appeals import columns
from appeals.access import READERS, RECEIVERS, only
from appeals.bulk import verbs_for
from appeals.columns import Column
from appeals.exports import export_url
from appeals.listing import Listing
from appeals.search import LONGEST_QUERY, exact, place_of
from appeals.views import narrowing
from appeals.views.saved import menu
from appeals.views.tabs import tabs_and_count
from appeals.worklists import ORDERS
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
    tabs, count = tabs_and_count(listing, page)
    verbs = verbs_for(user) if page.rows else []
    drawing = columns.Drawing(listing.finding.marked if listing.finding is not None else "")
    context = {
        "listing": listing,
        "filters": listing.filters,
        "first": filters.first,
        "more": filters.folded,
        "is_more_open": filters.is_open,
        "tabs": tabs,
        "tab": listing.tab,
        "views": menu(user, listing.view),
        "page": page,
        "heads": [_head(column, listing, request) for column in listing.columns],
        "lines": columns.lines(page.rows, listing.columns, drawing, is_ticked=bool(verbs)),
        "orders": [(code, ORDERS[code].label) for code in listing.tab.orders],
        "order_code": _order_code(listing),
        "count": count,
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


def _turn(request: HttpRequest, **cursor: str) -> str:
    kept = request.GET.copy()
    for name in (*CURSORS, *cursor):
        kept.pop(name, None)
    kept.update(cursor)
    return f"?{kept.urlencode()}"


@only(RECEIVERS)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """A number opens its appeal; everything else is the list narrowed by what was typed. Who reads
    no list of appeals searches on a page of their own."""
    text = request.GET.get("q", "")[:LONGEST_QUERY]
    if not standing_of(request.user).has(*READERS):
        return redirect(f"{reverse(place_of(request.user))}?{urlencode({'q': text})}")
    found = exact(request.user, text)
    return redirect(found) if found is not None else appeals(request)

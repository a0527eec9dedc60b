"""A month of receptions: its figures, each of which opens the invitations behind it."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from appeals.access import RECEIVERS, only
from appeals.reception.lifecycle import STATES
from appeals.reception.months import figures_of, month_of, rows_of
from callcenter.paging import BadCursor, stretch

PAGE = 25
ORDER = ("-id",)


@only(RECEIVERS)
@require_GET
def month(request: HttpRequest) -> HttpResponse:
    """Counts by what became of the invitations; `state` cuts the list below them."""
    today = timezone.localdate()
    first = month_of(request.GET.get("month", ""), today)
    chosen = next((str(state) for state in STATES if state == request.GET.get("state")), "")
    rows = rows_of(request.user, first).select_related("slot__official", "appeal")
    rows = rows.defer("minutes", "appeal__searched", "appeal__search", "appeal__text")
    if chosen:
        rows = rows.filter(state=chosen)
    try:
        page = stretch(rows, ORDER, request.GET.get("cursor", ""), PAGE)
    except BadCursor:
        page = stretch(rows, ORDER, "", PAGE)
    here = f"?month={first:%Y-%m}" + (f"&state={chosen}" if chosen else "")
    context = {
        "figures": figures_of(request.user, first),
        "chosen": chosen,
        "page": page,
        "before": (first - dt.timedelta(days=1)).replace(day=1),
        "after": (first + dt.timedelta(days=32)).replace(day=1),
        "next_url": f"{here}&cursor={page.next}" if page.next else "",
        "previous_url": f"{here}&cursor={page.previous}" if page.previous else "",
    }
    return render(request, "appeals/reception/month.html", context)

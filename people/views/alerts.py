"""The bell of the top bar and the page of one's own alerts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from callcenter.errors import NotAllowed
from people.alerts import mark_read, shown, unread_count, unread_shown
from people.models import Alert
from people.standing import MOST_UNREAD

#: Lines under the bell, and on one page of all alerts.
UNDER_BELL = 8
PAGE = 25


def bell(request: HttpRequest) -> dict[str, Any]:
    """What the bell shows on every page: only a number; the lines come when it is opened."""
    return _told(unread_shown(request.user))


def _told(count: int) -> dict[str, Any]:
    return {"count": f"{MOST_UNREAD}+" if count > MOST_UNREAD else count}


@login_required
@require_GET
def alerts_bell(request: HttpRequest) -> HttpResponse:
    """The bell with its newest lines, asked again when something is told."""
    rows = Alert.objects.filter(user=request.user).select_related("actor")
    lines = shown(request.user, rows.order_by("-at", "-id")[:UNDER_BELL])
    count = _told(unread_count(request.user))
    context = {"data": {**count, "lines": lines, "is_filled": True}}
    return render(request, "people/_bell_lines.html", context)


@login_required
@require_GET
def alerts(request: HttpRequest) -> HttpResponse:
    """All alerts of the person, newest first."""
    rows = Alert.objects.filter(user=request.user).select_related("actor")
    only_new = request.GET.get("show") == "new"
    if only_new:
        rows = rows.filter(read_at__isnull=True)
    rows = rows.filter(_after(request.GET.get("after", "")))
    found = list(rows.order_by("-at", "-id")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    query = {"show": "new"} if only_new else {}
    next_url = ""
    if more:
        last = found[-1]
        next_url = "?" + urlencode({**query, "after": f"{last.at.isoformat()}~{last.pk}"})
    context = {
        "lines": shown(request.user, found),
        "only_new": only_new,
        "unread": unread_count(request.user),
        "next_url": next_url,
        "first_url": "?" + urlencode(query) if request.GET.get("after") else "",
    }
    return render(request, "people/alerts.html", context)


def _after(cursor: str) -> Q:
    """Rows behind the cursor; a broken cursor is the start."""
    moment, _sign, pk = cursor.partition("~")
    try:
        at = parse_datetime(moment)
    except ValueError:
        return Q()
    if at is None or at.tzinfo is None or not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return Q()
    return Q(at__lt=at) | Q(at=at, id__lt=int(pk))


@login_required
@require_GET
def alert_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Go where the alert leads; it is read now. Somebody else's alert is no page."""
    alert = Alert.objects.filter(pk=pk, user=request.user).first()
    if alert is None:
        raise NotAllowed()
    mark_read(request.user, Q(pk=pk))
    return redirect(alert.url or "alerts")


@login_required
@require_POST
def alerts_read(request: HttpRequest) -> HttpResponse:
    """Everything is read."""
    mark_read(request.user)
    return alerts_bell(_as_get(request)) if request.htmx else redirect("alerts")


def _as_get(request: HttpRequest) -> HttpRequest:
    request.method = "GET"
    return request

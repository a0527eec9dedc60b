"""The sector head's first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from appeals.access import only
from people.models import Role
from sector import figures

#: Those who watch the whole sector.
WATCHERS = frozenset({str(Role.SECTOR_HEAD), str(Role.MANAGEMENT)})


@only(WATCHERS)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """What is open, due, late; by state, kind and structure; what needs attention."""
    now = timezone.now()
    day = timezone.localdate(now)
    user = request.user
    return render(
        request,
        "sector/today.html",
        {
            "now": figures.now_figures(user, now),
            "statuses": figures.by_status(user),
            "kinds": figures.by_kind(user, day.replace(day=1), day),
            "on_time": figures.on_time(user, day.replace(day=1)),
            "structures": figures.by_structure(user, now),
            "attention": figures.attention(user, now),
        },
    )

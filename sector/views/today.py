"""The sector head's first page: now, this period, what needs attention."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from appeals.access import only
from reports.figures.splitting import split
from routing.reminders.reading import open_alarms
from sector import charting, figures, keeping
from sector.access import WATCHERS
from sector.board import Board

NOW = ("open", "due_today", "overdue", "unassigned", "to_check", "waiting")
PERIOD = (
    "received", "at_once_share", "ended", "on_time", "median_days", "p90_days", "repeats",
    "first_contact", "returned", "reworked", "satisfaction", "backlog",
)  # fmt: skip
#: What the wall shows: few and large.
ON_WALL = ("received", "at_once_share", "ended", "on_time")
#: Alarms shown at once; the rest stand on their own page.
MOST_ALARMS = 5
WORKLOAD = ("open", "due_today", "overdue")


@only(WATCHERS)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Everything on it is a link to what it counts; the filters live in the address."""
    if "wall" in request.GET:
        return keeping.board(request, "sector/wall.html", _("Wall"), lambda: _on_wall(request))
    return keeping.board(request, "sector/today.html", _("Today"), lambda: _of_today(request))


def _on_wall(request: HttpRequest) -> dict[str, Any]:
    board = Board(request)
    return {
        "board": board,
        "now": board.stats(NOW),
        "stats": board.stats(ON_WALL),
        "lines": charting.lines(["received", "ended"], board.asked, _("Received and ended")),
    }


def _of_today(request: HttpRequest) -> dict[str, Any]:
    board = Board(request)
    asked = board.asked
    return {
        "board": board,
        "wall_url": board.address(wall="1"),
        "topics_query": board.address(by="topic"),
        "structures_query": board.address(by="structure"),
        "now": board.stats(NOW),
        "stats": board.stats(PERIOD),
        "rises": figures.rises(asked),
        "alarms": list(open_alarms(request.user).order_by("-raised_at", "-id")[:MOST_ALARMS]),
        "outside": figures.outside(request.user),
        "attention": figures.attention(request.user, board.now),
        "workload": split(WORKLOAD, "operator", asked),
        "lines": charting.lines(["received", "ended"], asked, _("Received and ended")),
        "kinds": charting.bars("received", "kind", asked, _("Received, by kind")),
        "topics": charting.bars("received", "topic", asked, _("Received, by topic")),
        "structures": charting.bars(
            "answered_in_time", "structure", asked, _("Answered in time, by structure")
        ),
    }

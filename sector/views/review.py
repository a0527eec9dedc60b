"""Management's page: few figures and large, read only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from appeals.access import only
from reports.figures.splitting import split
from sector import charting, keeping
from sector.access import READERS
from sector.board import Board
from sector.forms import Span

FEW = ("received", "at_once_share", "on_time", "overdue", "median_days", "satisfaction")
RANKED = ("answered", "answered_in_time")


@only(READERS - {"operator"})
@require_GET
def review(request: HttpRequest) -> HttpResponse:
    """This year against the last: the trend, the topics, the ranking of structures."""
    return keeping.board(request, "sector/review.html", _("Review"), lambda: _asked(request))


def _asked(request: HttpRequest) -> dict[str, Any]:
    board = Board(request, span=Span.YEAR)
    asked = board.asked
    ranking = split(RANKED, "structure", asked)
    ranking.sort(key=lambda part: -(part.readings["answered_in_time"].value or 0))
    return {
        "board": board,
        "stats": board.stats(FEW),
        "ranking": ranking,
        "lines": charting.lines(["received", "ended"], asked, _("Received and ended")),
        "backlog": charting.lines(
            ["backlog", "backlog_overdue"], asked, _("Open and overdue, at the end of each step")
        ),
        "topics": charting.bars("received", "topic", asked, _("Received, by topic")),
        "regions": charting.bars("received", "region", asked, _("Received, by region")),
    }

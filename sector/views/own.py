"""Own figures: a structure's referrals, an operator's day."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from appeals.access import only
from appeals.models import Appeal
from sector import charting, keeping
from sector.access import OPERATORS, STRUCTURES
from sector.board import Board
from sector.forms import Span

OURS = (
    "sent", "sent_open", "answered", "answered_in_time", "answer_days", "sent_returned",
    "sent_reworked",
)  # fmt: skip
MINE_NOW = ("open", "due_today", "overdue", "waiting", "to_check")
MINE = ("received", "at_once", "at_once_share")
#: Open appeals beside the figures of the day.
BESIDE = 15


@only(STRUCTURES)
@require_GET
def our_figures(request: HttpRequest) -> HttpResponse:
    """What was referred to the reader's structures and how they answered."""
    title = _("Our figures")
    return keeping.board(request, "sector/our_figures.html", title, lambda: _ours(request))


def _ours(request: HttpRequest) -> dict[str, Any]:
    board = Board(request)
    asked = board.asked
    return {
        "board": board,
        "stats": board.stats(OURS),
        "lines": charting.lines(["sent", "answered"], asked, _("Received and answered")),
        "topics": charting.bars("sent", "topic", asked, _("Referrals received, by topic")),
        "structures": charting.bars(
            "answered_in_time", "structure", asked, _("Answered in time, by structure")
        ),
    }


@only(OPERATORS)
@require_GET
def my_day(request: HttpRequest) -> HttpResponse:
    """What the reader took in, ended and owes."""
    return keeping.board(request, "sector/my_day.html", _("My day"), lambda: _my_day(request))


def _my_day(request: HttpRequest) -> dict[str, Any]:
    me = str(request.user.pk)
    board = Board(request, span=Span.TODAY, own={"operator": me})
    ended = Board(request, span=Span.TODAY, own={"closer": me})
    mine = Appeal.objects.visible_to(request.user).open().filter(owner=request.user)
    return {
        "board": board,
        "now": board.stats(MINE_NOW),
        "stats": [*board.stats(MINE), *ended.stats(["ended", "on_time"])],
        "lines": charting.lines(["received", "at_once"], board.asked, _("Received by me")),
        "kinds": charting.bars("received", "kind", board.asked, _("Received by me, by kind")),
        "mine": mine.for_list().order_by("due_at", "id")[:BESIDE],
    }

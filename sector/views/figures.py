"""The catalogue of figures, and any figure by itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from appeals.access import only
from callcenter.errors import NotAllowed
from reports.charts import svg
from reports.figures.registry import DIMENSIONS, TREES
from reports.figures.splitting import Part, split
from reports.policies import figures_for
from reports.tables import Chart
from sector import charting
from sector.access import READERS, STRUCTURES
from sector.board import Board, value_of


@only(READERS | STRUCTURES)
@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every figure with its definition, source and unit."""
    return render(request, "sector/catalogue.html", {"figures": figures_for(request.user)})


@only(READERS | STRUCTURES)
@require_GET
def one(request: HttpRequest, code: str) -> HttpResponse:
    """A figure under the filters: its value, its definition, its line, its parts."""
    found = next((each for each in figures_for(request.user) if each.code == code), None)
    if found is None:
        raise NotAllowed()
    board = Board(request)
    dimensions = [name for name in DIMENSIONS if name in found.dimensions]
    by = request.GET.get("by", "")
    by = by if by in dimensions else dimensions[0]
    parts = split([code], by, board.asked)
    chart: Chart | None = None
    if found.has_line:
        chart = charting.lines([code], board.asked, str(found.name))
    context = {
        "board": board,
        "figure": found,
        "stat": board.stats([code])[0],
        "lines": chart,
        "by": DIMENSIONS[by],
        "bars_drawn": svg(charting.drawn(parts, code, str(found.name))),
        "kept": {"by": by},
        "parts": [
            (
                part.label,
                value_of(part.readings[code]),
                part.readings[code],
                _within(board, by, part),
            )
            for part in parts
        ],
        "tabs": [
            {"label": DIMENSIONS[name], "url": board.address(by=name), "current": name == by}
            for name in dimensions
        ],
    }
    return render(request, "sector/figure.html", context)


def _within(board: Board, by: str, part: Part) -> str:
    """The same figure inside a branch of a tree, by what is under it; empty for what has no inside."""
    if by not in TREES:
        return ""
    branch = getattr(part.cut, by)
    return board.address(**{by: branch.pk, "by": by}) if branch != getattr(board.cut, by) else ""

"""How structures keep their terms: one line a structure, every figure opens its referrals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from appeals.access import only
from people.models import Structure
from reports.figures.computing import Numbers, Reading, numbers, reading
from reports.figures.registry import figure
from sector import keeping
from sector.access import READERS, STRUCTURES
from sector.board import Board, value_of

#: Each figure with the few letters its column has room for.
HEADS = {
    "sent": gettext_lazy("Received"),
    "answered_in_time": gettext_lazy("In time"),
    "answered_late": gettext_lazy("Late"),
    "sent_returned": gettext_lazy("Returned"),
    "sent_reworked": gettext_lazy("Reworked"),
    "answer_days": gettext_lazy("Median, days"),
    "answer_days_p90": gettext_lazy("9 of 10, days"),
    "owed_now": gettext_lazy("Open now"),
    "owed_overdue": gettext_lazy("Overdue now"),
}
#: Shown as their count; its share stands beside.
SHARES = frozenset({"answered_in_time"})


@dataclass(frozen=True)
class Cell:
    """A figure of one structure: what stands there and the list it opens."""

    code: str
    label: str
    text: str
    hint: str
    reading: Reading


@dataclass(frozen=True)
class Line:
    """A structure with its figures in the order of the head."""

    name: str
    cells: list[Cell]


@only(READERS | STRUCTURES)
@require_GET
def discipline(request: HttpRequest) -> HttpResponse:
    """Received, in time, late, returned, reworked, median and ninth day of ten, open and overdue now;
    a structure reads its own."""
    title = _("Discipline of terms")
    return keeping.board(request, "sector/discipline.html", title, lambda: _asked(request))


def _asked(request: HttpRequest) -> dict[str, Any]:
    board = Board(request)
    asked = board.asked
    wanted = [figure(code) for code in HEADS]
    found = numbers(wanted, asked, by="structure")
    keys = {key for one in wanted for key, told in found[one.code].items() if told.count}
    named = Structure.objects.in_bulk([int(key) for key in keys if key])
    lines = []
    for key in keys:
        there = asked.about(cut=asked.cut.narrowed("structure", key))
        readings = [reading(one, found[one.code].get(key, Numbers()), there) for one in wanted]
        place = named.get(int(key)) if key else None
        name = place.short_name if place is not None else _("Not named")
        lines.append(Line(name, [_cell(each) for each in readings]))
    lines.sort(
        key=lambda line: (-line.cells[-1].reading.count, -line.cells[0].reading.count, line.name)
    )
    return {
        "board": board,
        "heads": [(label, figure(code).definition) for code, label in HEADS.items()],
        "lines": lines,
    }


def _cell(told: Reading) -> Cell:
    one = told.figure
    is_share = one.code in SHARES
    text = str(told.count) if is_share else value_of(told)
    return Cell(
        one.code, str(HEADS[one.code]), text, value_of(told) if is_share and told.of else "", told
    )

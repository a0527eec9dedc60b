"""Panels of the appeal page that other modules and layers add, each with data of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connection, models
from django.http import HttpRequest

from appeals.models import Appeal
from callcenter import prepared

Data = Callable[[HttpRequest, Appeal], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Rows:
    """Rows of a table that point at the appeal, only those with the named values where some are;
    `or_when` tells of appeals for which it stands without asking."""

    model: type[models.Model]
    key: str = "appeal"
    or_when: Callable[[Appeal], bool] = lambda appeal: False
    only: tuple[tuple[str, str], ...] = ()

    def sql(self) -> str:
        quoted = connection.ops.quote_name
        table = quoted(self.model._meta.db_table)
        columns = [self.model._meta.get_field(name).column for name, _value in self.only]
        column = self.model._meta.get_field(self.key).column
        wanted = " AND ".join(f"{quoted(each)} = %s" for each in (column, *columns))
        return f"EXISTS (SELECT FROM {table} WHERE {wanted})"

    def values(self, appeal: Appeal) -> list[object]:
        return [appeal.pk, *(value for _name, value in self.only)]


@dataclass(frozen=True)
class Panel:
    """A fragment of the page: the template is included with what `data` returns as `data`, and
    left out when that is None. `side` is the main column or the narrow one; `order` sorts within
    it: below 50 before what the page itself shows, from 50 on after it. `data` asks `visible_to`
    or a policy itself: a panel never shows what its reader may not see. A panel that shows nothing
    but rows names them in `needs`, and is asked only where there are any; one that also stands without
    rows names them in `reads`, and asks `has_rows` before it reads them."""

    template: str
    data: Data
    side: Literal["main", "side"] = "main"
    order: int = 60
    needs: Rows | None = None
    reads: tuple[Rows, ...] = ()


_panels: dict[str, Panel] = {}


def place(panel: Panel) -> None:
    """Add a panel; one template stands on the page once. Called from `AppConfig.ready`."""
    _panels[panel.template] = panel


def panels_of(request: HttpRequest, appeal: Appeal) -> dict[str, list[dict[str, Any]]]:
    """The panels of this appeal for this reader, by where they stand."""
    found: dict[str, list[dict[str, Any]]] = {
        "main_first": [], "main_last": [], "side_first": [], "side_last": [],
    }  # fmt: skip
    asked = sorted(_panels.values(), key=lambda each: each.order)
    empty = _empty(asked, appeal)
    appeal.panels_without_rows = frozenset(panel.template for panel in empty)
    for panel in asked:
        is_left_out = panel.needs is not None and panel in empty
        data = None if is_left_out else panel.data(request, appeal)
        if data is not None:
            where = f"{panel.side}_{'first' if panel.order < 50 else 'last'}"
            found[where].append({"template": panel.template, "data": data})
    return found


def has_rows(appeal: Appeal, template: str) -> bool:
    """Whether there may be rows for the panel of this template; True where nobody asked."""
    return template not in getattr(appeal, "panels_without_rows", ())


def _empty(asked: list[Panel], appeal: Appeal) -> list[Panel]:
    """Panels without a row to show: one question for all of them."""
    named = [
        (panel, rows)
        for panel in asked
        for rows in ([panel.needs] if panel.needs is not None else panel.reads)
    ]
    if not named:
        return []
    sure = {panel.template for panel, rows in named if rows.or_when(appeal)}
    doubtful = [(panel, rows) for panel, rows in named if panel.template not in sure]
    there = set(sure)
    if doubtful:
        values = [value for _panel, rows in doubtful for value in rows.values(appeal)]
        question = f"SELECT {', '.join(rows.sql() for _panel, rows in doubtful)}"
        [answers] = prepared.rows(question, values)
        for (panel, _rows), is_there in zip(doubtful, answers, strict=True):
            if is_there:
                there.add(panel.template)
    known = {panel.template for panel, _rows in named}
    return [panel for panel in asked if panel.template in known and panel.template not in there]

"""Panels of the appeal page that other modules and layers add, each with data of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db import connection, models
from django.http import HttpRequest

from appeals.models import Appeal

Data = Callable[[HttpRequest, Appeal], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Rows:
    """Rows of a table that point at the appeal; `or_when` tells of appeals whose panel stands anyway."""

    model: type[models.Model]
    key: str = "appeal"
    or_when: Callable[[Appeal], bool] = lambda appeal: False

    def sql(self) -> str:
        quoted = connection.ops.quote_name
        column = self.model._meta.get_field(self.key).column
        table = quoted(self.model._meta.db_table)
        return f"EXISTS (SELECT FROM {table} WHERE {quoted(column)} = %s)"


@dataclass(frozen=True)
class Panel:
    """A fragment of the page: the template is included with what `data` returns as `data`, and
    left out when that is None. `side` is the main column or the narrow one; `order` sorts within
    it: below 50 before what the page itself shows, from 50 on after it. `data` asks `visible_to`
    or a policy itself: a panel never shows what its reader may not see. A panel that shows nothing
    but rows names them in `needs`, and is asked only where there are any."""

    template: str
    data: Data
    side: Literal["main", "side"] = "main"
    order: int = 60
    needs: Rows | None = None


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
    for panel in asked:
        data = None if panel in empty else panel.data(request, appeal)
        if data is not None:
            where = f"{panel.side}_{'first' if panel.order < 50 else 'last'}"
            found[where].append({"template": panel.template, "data": data})
    return found


def _empty(asked: list[Panel], appeal: Appeal) -> list[Panel]:
    """Panels without a row to show: one question for all of them."""
    named = [(panel, panel.needs) for panel in asked if panel.needs is not None]
    doubtful = [(panel, needs) for panel, needs in named if not needs.or_when(appeal)]
    if not doubtful:
        return []
    exists = ", ".join(needs.sql() for _panel, needs in doubtful)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {exists}", [appeal.pk] * len(doubtful))
        found = cursor.fetchone()
    return [
        panel for (panel, _needs), is_there in zip(doubtful, found, strict=True) if not is_there
    ]

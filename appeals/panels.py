"""Panels of the appeal page that other modules and layers add, each with data of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest

from appeals.models import Appeal

Data = Callable[[HttpRequest, Appeal], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A fragment of the page: the template is included with what `data` returns as `data`, and
    left out when that is None. `side` is the main column or the narrow one; `order` sorts within
    it: below 50 before what the page itself shows, from 50 on after it. `data` asks `visible_to`
    or a policy itself: a panel never shows what its reader may not see."""

    template: str
    data: Data
    side: Literal["main", "side"] = "main"
    order: int = 60


_panels: dict[str, Panel] = {}


def place(panel: Panel) -> None:
    """Add a panel; one template stands on the page once. Called from `AppConfig.ready`."""
    _panels[panel.template] = panel


def panels_of(request: HttpRequest, appeal: Appeal) -> dict[str, list[dict[str, Any]]]:
    """The panels of this appeal for this reader, by where they stand."""
    found: dict[str, list[dict[str, Any]]] = {
        "main_first": [], "main_last": [], "side_first": [], "side_last": [],
    }  # fmt: skip
    for panel in sorted(_panels.values(), key=lambda each: each.order):
        data = panel.data(request, appeal)
        if data is not None:
            where = f"{panel.side}_{'first' if panel.order < 50 else 'last'}"
            found[where].append({"template": panel.template, "data": data})
    return found

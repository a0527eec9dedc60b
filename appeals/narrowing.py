"""Lists cut by what only a layer above knows, such as the figure that opened them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from appeals.querysets import AppealQuerySet


class Narrowed(NamedTuple):
    """The rows left, and how the list says what it was narrowed to."""

    rows: AppealQuerySet
    words: str


Narrow = Callable[[AppealQuerySet, str, Mapping[str, str]], Narrowed]
_narrowings: dict[str, Narrow] = {}


def register(name: str, narrow: Narrow) -> None:
    """Give a parameter of the list its meaning; in `AppConfig.ready()`."""
    _narrowings[name] = narrow


def narrowed(
    name: str, rows: AppealQuerySet, text: str, others: Mapping[str, str] | None = None
) -> Narrowed:
    """The rows the parameter leaves; all of them while no layer knows it. The list's `others` have
    cut the rows already: they only tell where to look."""
    narrow = _narrowings.get(name)
    return narrow(rows, text, others or {}) if narrow is not None else Narrowed(rows, "")

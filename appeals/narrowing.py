"""Lists cut by what only a layer above knows, such as the figure that opened them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from appeals.querysets import AppealQuerySet


class Narrowed(NamedTuple):
    """The rows left, and how the list says what it was narrowed to."""

    rows: AppealQuerySet
    words: str


_narrowings: dict[str, Callable[[AppealQuerySet, str], Narrowed]] = {}


def register(name: str, narrow: Callable[[AppealQuerySet, str], Narrowed]) -> None:
    """Give a parameter of the list its meaning; in `AppConfig.ready()`."""
    _narrowings[name] = narrow


def narrowed(name: str, rows: AppealQuerySet, text: str) -> Narrowed:
    """The rows the parameter leaves; all of them while no layer knows it."""
    narrow = _narrowings.get(name)
    return narrow(rows, text) if narrow is not None else Narrowed(rows, "")

"""Long lists of choices read as plain rows: a page with hundreds of them makes no objects."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.db.models import QuerySet
from django.utils.translation import get_language

Choices = Callable[[], list[tuple[object, str]]]
EMPTY = ("", "")


def named(rows: QuerySet, *parts: str) -> Choices:
    """Choices of rows whose first filled part names them ("short", "name"), asked when drawn.

    A widget reads its choices twice; the rows are asked once.
    """

    @cache
    def choices() -> list[tuple[object, str]]:
        languages = dict.fromkeys(((get_language() or "az")[:2], "az"))
        names = [f"{part}_{language}" for part in parts or ("name",) for language in languages]
        found = rows.values_list("pk", *names)
        return [EMPTY, *((pk, next(filter(None, given), "")) for pk, *given in found)]

    return choices

"""Long lists of choices read as plain rows: a page with hundreds of them makes no objects."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils.translation import get_language

from callcenter import prepared

Rows = list[tuple[object, str]]
Choices = Callable[[], Rows]
EMPTY = ("", "")


def state_of(*models: type[Model]) -> str:
    """Another text after every committed change of one of these small tables: what is kept of them is
    right while it stays the same. Every version of a row has a place and a writer of its own."""
    sums = ", ".join(
        "(SELECT coalesce(sum(hashtextextended(ctid::text || xmin::text, 0)), 0)"
        f" FROM {connection.ops.quote_name(model._meta.db_table)})"
        for model in models
    )
    [[state]] = prepared.rows(f"SELECT concat_ws(' ', {sums})")
    return str(state)


def named(rows: QuerySet, *parts: str) -> Choices:
    """Choices of rows whose first filled part names them ("short", "name"), asked when drawn.

    A widget reads its choices twice; the rows are asked once.
    """

    @cache
    def choices() -> Rows:
        languages = dict.fromkeys(((get_language() or "az")[:2], "az"))
        names = [f"{part}_{language}" for part in parts or ("name",) for language in languages]
        found = rows.values_list("pk", *names)
        return [EMPTY, *((pk, next(filter(None, given), "")) for pk, *given in found)]

    return choices

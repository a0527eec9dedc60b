"""The two ways in which a searched list is read.

Where few appeals have the words, the index of words names them all and they are sorted. Where many
have them, rows are read in the list's own order until a page is full. How many have them is told by
the kept counts (`appeals.search.vocabulary`), since the planner guesses both wrongly; but counts do
not tell that words which each are common hardly ever meet, or that the newest thousand appeals are
all about something else. So a first stretch of the list is read, which is nearly always enough, then a
long one, and what is left after it to the index, which then is surely the cheaper way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, ExpressionWrapper, F, Q, QuerySet, Value

from appeals.search.finding import Finding

#: Rows of the least stretch: of a longer one no more is read than fills a page, while each further one
#: is a question of its own.
LEAST_STRETCH = 1000
#: Rows read in the order of a list before the index is asked after all.
FURTHEST = 30_000

#: What stands behind a row of the list, by its value in the list's column and its key.
Behind = Callable[[dt.datetime | None, int], Q]


def is_common(finding: Finding, page: int) -> bool:
    """Whether a page is likely full before the index would have named all that fit.

    A row costs about the same both ways: one expects to read a page's worth divided by the share
    that fits, the other every appeal that has the rarest word.
    """
    return finding.appeals >= 4 * page and _expected(finding, page) <= finding.least / 2


def in_order(
    part: QuerySet, order: list[str], most: int, finding: Finding, behind: Behind
) -> list[int] | None:
    """The keys of the next rows that fit, read in the list's own order; None where the list went on
    and on without them."""
    column = order[0].lstrip("-")
    furthest = min(FURTHEST, finding.least)
    length = max(LEAST_STRETCH, int(1.5 * _expected(finding, most)))
    keys: list[int] = []
    rest, read = part, 0
    while True:
        found, last = _stretch(rest, order, column, length, most - len(keys), finding)
        keys += found
        if last is None or len(keys) >= most:
            return keys[:most]
        read += length
        if read >= furthest:
            return None
        rest, length = part.filter(behind(*last)), max(LEAST_STRETCH, furthest - read)


def by_index(part: QuerySet, order: list[str], most: int, finding: Finding) -> list[int]:
    """The keys of the next rows that fit, all named by the index of words and then sorted."""
    fits = finding.fits if finding.named is None else finding.named
    fitting = part.filter(fits).order_by(*(_by_no_index(name) for name in order))
    return list(fitting.values_list("pk", flat=True)[:most])


def _expected(finding: Finding, page: int) -> float:
    return page * finding.of / max(finding.appeals, 1)


def _stretch(
    rows: QuerySet, order: list[str], column: str, length: int, most: int, finding: Finding
) -> tuple[list[int], tuple[dt.datetime | None, int] | None]:
    """Of the next `length` rows the keys of those that fit, and the last row, None where the list
    ended before. Reading stops as soon as enough were found."""
    listed = rows.order_by(*order).annotate(is_found=finding.in_order)
    try:
        sql, given = listed.values_list("pk", column, "is_found")[:length].query.sql_with_params()
    except EmptyResultSet:
        return [], None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, at, is_found, place FROM (SELECT key, at, is_found, row_number() OVER () AS place "
            f"FROM ({sql}) AS listed(key, at, is_found)) AS numbered "
            "WHERE is_found OR place = %s LIMIT %s",
            [*given, length, most + 1],
        )
        seen = cursor.fetchall()
    keys = [key for key, _at, is_found, _place in seen if is_found]
    last = next(((at, key) for key, at, _found, place in seen if place == length), None)
    return keys, last


def _by_no_index(name: str) -> Any:
    """The same order, said so that no index gives it and the planner must sort what it found."""
    column = name.lstrip("-")
    if column == "id":
        same: Any = ExpressionWrapper(F("id") + Value(0), output_field=BigIntegerField())
    else:
        same = F(column) + Value(dt.timedelta(0))
    return same.desc() if name.startswith("-") else same.asc()

"""Pages of a list that never count rows from the start: page 2,000 costs what page 1 costs.

A list searched by words is read as `appeals.search.reading` says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from appeals.search import Finding, by_index, in_order, is_common

#: Rows of one page.
PAGE = 25
#: Counting stops here: "1 000+".
MOST_COUNTED = 1000
NOT_AT_ALL = "none"


@dataclass
class Page:
    """A stretch of a list, with cursors to the next and the previous one."""

    rows: list[Any] = field(default_factory=list)
    next: str = ""
    previous: str = ""


@dataclass(frozen=True)
class _Cursor:
    """Where a page ends: the value of the list's column, None where the row has none, and the key."""

    at: dt.datetime | None
    pk: int


def page_of(
    rows: QuerySet,
    order: tuple[str, ...],
    after: str = "",
    before: str = "",
    finding: Finding | None = None,
    size: int | None = None,
    *,
    keys_first: bool = False,
) -> Page:
    """The page behind or before a cursor, `PAGE` rows unless told. A broken cursor is the start.

    `keys_first` finds the page's keys before what its rows join: for lists cut by a table of their own.
    """
    size = size or PAGE
    column, descending = order[0].lstrip("-"), order[0].startswith("-")
    cursor = _read(before or after)
    backwards = bool(before) and cursor is not None
    found = _stretch(rows, column, descending, cursor, backwards, size + 1, finding, keys_first)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    page = Page(rows=found)
    if found and (more or backwards):
        page.next = _write(found[-1], column)
    if found and ((more and backwards) or (cursor is not None and not backwards)):
        page.previous = _write(found[0], column)
    return page


def capped(
    rows: QuerySet,
    finding: Finding | None = None,
    *,
    is_whole: bool = False,
    shown: int | None = None,
) -> str:
    """How many rows, never counting further than the cap. A search by common words is not counted:
    over all appeals (`is_whole`) the kept counts tell that it is past the cap."""
    if finding is not None:
        if finding.is_nothing:
            return "0"
        if is_common(finding, PAGE):
            return (
                "1 000+" if is_whole and finding.appeals > 5 * MOST_COUNTED else f"{shown or PAGE}+"
            )
        rows = rows.filter(finding.fits)
    return _words(rows.order_by()[: MOST_COUNTED + 1].count())


def capped_all(lists: Sequence[QuerySet]) -> list[str]:
    """The counts of several lists, each to the cap, asked in one question."""
    parts, values = [], []
    for rows in lists:
        try:
            sql, given = rows.order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        except EmptyResultSet:
            sql, given = "SELECT 1 WHERE false", ()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        values += given
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return [_words(count) for count in cursor.fetchone()]


def _words(count: int) -> str:
    return "1 000+" if count > MOST_COUNTED else str(count)


def _stretch(
    rows: QuerySet,
    column: str,
    descending: bool,
    cursor: _Cursor | None,
    backwards: bool,
    most: int,
    finding: Finding | None,
    keys_first: bool,
) -> list[Any]:
    """Rows with a value first, in its order, then those without one, by key; or the same backwards."""
    parts = [False, True] if rows.model._meta.get_field(column).null else [False]
    if backwards:
        parts.reverse()
    if cursor is not None and (cursor.at is None) in parts:
        parts = parts[parts.index(cursor.at is None) :]
    falling = descending != backwards
    found: list[Any] = []
    for is_empty in parts:
        part = rows
        if len(parts) > 1 or is_empty or cursor is not None:
            part = part.filter(**{f"{column}__isnull": is_empty})
        if cursor is not None and (cursor.at is None) == is_empty:
            part = part.filter(_beyond(column, cursor, falling))
        order = ["id"] if is_empty else [column, "id"]
        signed = [f"-{name}" if falling else name for name in order]
        found += _fetch(part, signed, most - len(found), finding, keys_first)
        if len(found) >= most:
            break
    return found


def _beyond(column: str, cursor: _Cursor, falling: bool) -> Q:
    sign = "lt" if falling else "gt"
    if cursor.at is None:
        return Q(**{f"id__{sign}": cursor.pk})
    at = cursor.at
    rest = Q(**{f"{column}__{sign}": at}) | Q(**{column: at, f"id__{sign}": cursor.pk})
    return rest & Q(**{f"{column}__{sign}e": at})


def _fetch(
    part: QuerySet, order: list[str], most: int, finding: Finding | None, keys_first: bool
) -> list[Any]:
    if finding is None and not keys_first:
        return list(part.order_by(*order)[:most])
    if finding is None:
        keys = list(part.order_by(*order).values_list("pk", flat=True)[:most])
    elif finding.is_nothing:
        return []
    else:
        keys = _keys(part, order, most, finding)
    by_key = part.in_bulk(keys)
    return [by_key[key] for key in keys if key in by_key]


def _keys(part: QuerySet, order: list[str], most: int, finding: Finding) -> list[int]:
    """The keys of the next rows that fit a search: of common words in the order of the list, stretch
    by stretch; of others, and where too much was read for nothing, by the index of words."""
    if is_common(finding, PAGE):
        keys = in_order(part, order, most, finding, lambda at, pk: _after(order, at, pk))
        if keys is not None:
            return keys
    return by_index(part, order, most, finding)


def _after(order: list[str], at: dt.datetime | None, pk: int) -> Q:
    return _beyond(order[0].lstrip("-"), _Cursor(at, pk), order[0].startswith("-"))


def _write(row: Any, column: str) -> str:
    at = getattr(row, column)
    stamp = NOT_AT_ALL if at is None else f"{at.astimezone(dt.UTC):%Y%m%d%H%M%S%f}"
    return f"{stamp}-{row.pk}"


def _read(cursor: str) -> _Cursor | None:
    stamp, sign, pk = cursor.partition("-")
    if not (sign and pk.isascii() and pk.isdigit() and len(pk) <= 18):
        return None
    if stamp == NOT_AT_ALL:
        return _Cursor(None, int(pk))
    if len(stamp) != 20 or not (stamp.isascii() and stamp.isdigit()):
        return None
    try:
        at = dt.datetime.strptime(stamp, "%Y%m%d%H%M%S%f").replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    return _Cursor(at, int(pk))

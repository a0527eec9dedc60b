"""Pages of a list that never count rows from the start: page 2,000 costs what page 1 costs.

A list searched by words is read as `appeals.search.reading` says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet

from appeals.search import Finding, by_index, in_order, is_common
from callcenter import prepared

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


#: What the rows of a page bring with them.
Joining = Callable[[QuerySet], QuerySet]


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
    drawn: Joining | None = None,
) -> Page:
    """The page behind or before a cursor, `PAGE` rows unless told. A broken cursor is the start.

    `drawn` says what the rows of a page bring with them; where it is given, the page's keys are found
    before anything is joined to them, from an index alone where one covers what the list is cut by.
    """
    size = size or PAGE
    column, descending = order[0].lstrip("-"), order[0].startswith("-")
    cursor = _read(before or after)
    backwards = bool(before) and cursor is not None
    found = _stretch(rows, column, descending, cursor, backwards, size + 1, finding, drawn)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    page = Page(rows=found)
    if found and (more or backwards):
        page.next = _write(found[-1], column)
    if found and ((more and backwards) or (cursor is not None and not backwards)):
        page.previous = _write(found[0], column)
    return page


def told_count(finding: Finding, *, is_whole: bool) -> str | None:
    """The count of a search where it is told without counting: common words over all appeals
    (`is_whole`) are past the cap by the kept counts; of other common words only what is shown."""
    if finding.is_nothing:
        return "0"
    if not is_common(finding, PAGE):
        return None
    return "1 000+" if is_whole and finding.appeals > 5 * MOST_COUNTED else f"{PAGE}+"


def capped(rows: QuerySet, order: Sequence[str] = ()) -> str:
    """How many rows, never counting further than the cap; in an order, when that is how rows cut by
    a table of their own are found: without one the table would be read from its first row."""
    return _words(rows.order_by(*order)[: MOST_COUNTED + 1].count())


#: A question in SQL, with its parameters.
Asked = tuple[str, tuple[Any, ...]]
NOTHING: Asked = ("SELECT 1 WHERE false", ())


def asked_of(rows: QuerySet, order: Sequence[str] = ()) -> Asked:
    """The question that counts the rows to the cap; may be kept where what it asks stays the same.
    The order is as `capped` says."""
    try:
        sql, given = rows.order_by(*order).values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
    except EmptyResultSet:
        return NOTHING
    return sql, tuple(given)


def capped_all(lists: Iterable[QuerySet | Asked], *, is_kept: bool = False) -> list[str]:
    """The counts of several lists, each to the cap, asked in one question; of lists that are the same
    from page to page (`is_kept`) the database keeps how it answers them."""
    parts, values = [], []
    for rows in lists:
        sql, given = asked_of(rows) if isinstance(rows, QuerySet) else rows
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
        values += given
    if not parts:
        return []
    question = f"SELECT {', '.join(parts)}"
    if is_kept:
        [counts] = prepared.rows(question, values)
        return [_words(count) for count in counts]
    with connection.cursor() as cursor:
        cursor.execute(question, values)
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
    drawn: Joining | None,
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
        found += _fetch(part, signed, most - len(found), finding, drawn)
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
    part: QuerySet, order: list[str], most: int, finding: Finding | None, drawn: Joining | None
) -> list[Any]:
    if finding is None and drawn is None:
        return list(part.order_by(*order)[:most])
    if finding is None and drawn is not None:
        keys = ArraySubquery(part.order_by(*order).values("pk")[:most])
        rows = part.model._default_manager.filter(_Among(F("pk"), keys))
        return list(drawn(rows).order_by(*order))
    if finding is None or finding.is_nothing:
        return []
    found = _keys(part, order, most, finding)
    by_key = part.in_bulk(found) if drawn is None else drawn(part).in_bulk(found)
    return [by_key[key] for key in found if key in by_key]


class _Among(Func):
    """`key = ANY (array)`: the keys are found once, then each row is looked up by its key."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


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

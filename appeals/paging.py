"""Pages of a list that never count rows from the start: page 2,000 costs what page 1 costs.

A list searched by words is read as `appeals.search.reading` says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, Q, QuerySet

from appeals.search import Finding, by_index, in_order, is_common
from callcenter import prepared
from callcenter.kept import Among, Kept

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


@dataclass(frozen=True)
class Known:
    """The name of rows that are the same question each time; they are only put together when it is new."""

    name: Hashable
    model: type[Model]


def page_of(
    rows: QuerySet | Callable[[], QuerySet],
    order: tuple[str, ...],
    after: str = "",
    before: str = "",
    finding: Finding | None = None,
    size: int | None = None,
    *,
    drawn: Joining | None = None,
    known_as: Known | None = None,
    drawn_as: Hashable = None,
) -> Page:
    """The page behind or before a cursor, `PAGE` rows unless told. A broken cursor is the start.

    `drawn` says what the rows of a page bring with them; where it is given, the page's keys are found
    before anything is joined to them, from an index alone where one covers what the list is cut by.
    The question of rows that are `known_as` is kept; they may be given as what puts them together.
    `drawn_as` names what they bring with them where that is the same each time.
    """
    size = size or PAGE
    column, descending = order[0].lstrip("-"), order[0].startswith("-")
    cursor = _read(before or after)
    backwards = bool(before) and cursor is not None
    list_ = _List(
        known_as, rows, column, descending != backwards, size + 1, finding, drawn, drawn_as
    )
    found = _stretch(list_, cursor, backwards)
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


@dataclass(frozen=True)
class _List:
    """Rows in an order, so many of them, and how they are found."""

    known_as: Known | None
    rows: QuerySet | Callable[[], QuerySet]
    column: str
    falling: bool
    most: int
    finding: Finding | None
    drawn: Joining | None
    drawn_as: Hashable

    def is_null(self) -> bool:
        model = self.known_as.model if self.known_as else self.all().model
        return bool(model._meta.get_field(self.column).null)

    def all(self) -> QuerySet:
        return self.rows() if callable(self.rows) else self.rows


def _stretch(list_: _List, cursor: _Cursor | None, backwards: bool) -> list[Any]:
    """Rows with a value first, in its order, then those without one, by key; or the same backwards."""
    parts = [False, True] if list_.is_null() else [False]
    is_whole = len(parts) == 1 and cursor is None
    if backwards:
        parts.reverse()
    if cursor is not None and (cursor.at is None) in parts:
        parts = parts[parts.index(cursor.at is None) :]
    found: list[Any] = []
    for is_empty in parts:
        since = cursor if cursor is not None and (cursor.at is None) == is_empty else None
        if list_.known_as is None:
            most = list_.most - len(found)
            found += _fetch(*_part(list_, is_empty, is_whole, since), most, list_)
        else:
            given = {} if since is None else {"at": since.at, "pk": since.pk}
            given = {name: value for name, value in given.items() if value is not None}
            asked = (list_.known_as, list_.column, list_.falling, is_empty, is_whole, list_.most)
            found += _kept((*asked, *given), partial(_ask, list_, is_empty, is_whole), **given)
        if len(found) >= list_.most:
            break
    return found[: list_.most]


def _part(
    list_: _List, is_empty: bool, is_whole: bool, cursor: _Cursor | None
) -> tuple[QuerySet, list[str]]:
    """The rows with a value, or those without one, behind the cursor; and their order."""
    part = list_.all()
    if not is_whole:
        part = part.filter(**{f"{list_.column}__isnull": is_empty})
    if cursor is not None:
        part = part.filter(_beyond(list_.column, cursor, list_.falling))
    order = ["id"] if is_empty else [list_.column, "id"]
    return part, [f"-{name}" if list_.falling else name for name in order]


def _ask(
    list_: _List,
    is_empty: bool,
    is_whole: bool,
    at: dt.datetime | None = None,
    pk: int | None = None,
) -> QuerySet:
    part, order = _part(list_, is_empty, is_whole, None if pk is None else _Cursor(at, pk))
    return _first(part, order, list_.most, list_.drawn)


def _bring(list_: _List, keys: list[int]) -> QuerySet:
    assert list_.drawn is not None
    return list_.drawn(list_.all().model._default_manager.filter(Among("pk", keys)))


_kept, _of_keys = Kept(is_planned_once=False), Kept()


def _beyond(column: str, cursor: _Cursor, falling: bool) -> Q:
    sign = "lt" if falling else "gt"
    if cursor.at is None:
        return Q(**{f"id__{sign}": cursor.pk})
    at = cursor.at
    rest = Q(**{f"{column}__{sign}": at}) | Q(**{column: at, f"id__{sign}": cursor.pk})
    return rest & Q(**{f"{column}__{sign}e": at})


def _first(part: QuerySet, order: list[str], most: int, drawn: Joining | None) -> QuerySet:
    if drawn is None:
        return part.order_by(*order)[:most]
    # The keys are found once, then each row is looked up by its key.
    keys = ArraySubquery(part.order_by(*order).values("pk")[:most])
    return drawn(part.model._default_manager.filter(Among("pk", keys))).order_by(*order)


def _fetch(part: QuerySet, order: list[str], most: int, list_: _List) -> list[Any]:
    finding, drawn = list_.finding, list_.drawn
    if finding is None and (drawn is None or list_.drawn_as is None):
        return list(_first(part, order, most, drawn))
    if finding is None:
        keys = list(part.order_by(*order).values_list("pk", flat=True)[:most])
    else:
        keys = [] if finding.is_nothing else _keys(part, order, most, finding)
    if not keys:
        return []
    if drawn is None or list_.drawn_as is None:
        rows = part.in_bulk(keys) if drawn is None else drawn(part).in_bulk(keys)
    else:
        rows = {row.pk: row for row in _of_keys(list_.drawn_as, partial(_bring, list_), keys=keys)}
    return [rows[key] for key in keys if key in rows]


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

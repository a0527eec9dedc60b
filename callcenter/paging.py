"""Keyset paging: a page goes on from a row, never by counting rows from the start."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Q, QuerySet

LARGEST_KEY = 2**63 - 1


class BadCursor(ValueError):
    """A cursor nobody gave out."""


@dataclass
class Stretch:
    """A page of rows, with cursors to the next and the previous one."""

    rows: list[Any] = field(default_factory=list)
    next: str = ""
    previous: str = ""


def stretch(rows: QuerySet[Any], order: tuple[str, ...], cursor: str, size: int) -> Stretch:
    """`order` is a column without gaps and the key, one direction for both: ("-sent_at", "-id").

    A table ordered by its key alone says ("id",). Raises BadCursor.
    """
    column, descending = order[0].lstrip("-"), order[0].startswith("-")
    backwards, value, pk = _read(rows.model._meta.get_field(column), cursor) or (False, None, 0)
    if cursor:
        sign = "lt" if descending != backwards else "gt"
        if column in ("id", "pk"):
            rows = rows.filter(**{f"id__{sign}": pk})
        else:
            rows = rows.filter(
                Q(**{f"{column}__{sign}": value}) | Q(**{column: value, f"id__{sign}": pk}),
                **{f"{column}__{sign}e": value},
            )
    rows = rows.order_by(*order)
    if backwards:
        rows = rows.reverse()
    found = list(rows[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    page = Stretch(rows=found)
    if found and (has_more or backwards):
        page.next = _write(found[-1], column, backwards=False)
    if found and ((has_more and backwards) or (cursor and not backwards)):
        page.previous = _write(found[0], column, backwards=True)
    return page


def _write(row: Any, column: str, *, backwards: bool) -> str:
    value = getattr(row, column)
    if isinstance(value, dt.datetime):
        value = value.astimezone(dt.UTC).isoformat()
    told = json.dumps([int(backwards), value, row.pk], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def _read(column: Field[Any, Any], cursor: str) -> tuple[bool, Any, int] | None:
    if not cursor:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        told = json.loads(raw)
        backwards, value, pk = told
        known = column.to_python(value)
        is_sound = (
            backwards in (0, 1)
            and type(pk) is int
            and 0 <= pk <= LARGEST_KEY
            and known is not None
            and _is_sound(known)
        )
    except (binascii.Error, ValueError, TypeError, RecursionError, ValidationError) as error:
        raise BadCursor(cursor) from error
    if not is_sound:
        raise BadCursor(cursor)
    return bool(backwards), known, pk


def _is_sound(value: object) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, int):
        return abs(value) <= LARGEST_KEY
    return isinstance(value, dt.datetime) and value.tzinfo is not None

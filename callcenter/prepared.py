"""Statements whose plan the connection keeps: what asks ten lists at once takes longer to plan than to run.

A kept plan looks at no value (`plan_cache_mode` of the session), so only statements whose way does not
depend on their values are asked here. A plan's name is made of its text: behind a pooler that gives every
statement another connection it may be unknown there, never another statement's. Then the statement is
asked as it stands, and answers the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from weakref import WeakKeyDictionary

from django.db import Error, connection

#: Statements one connection keeps a plan of; the texts are few, one for each kind of reader.
MOST = 128
#: The plan is not there, another of that name is, or a table was changed since.
UNKNOWN = {"26000", "42P05", "0A000"}
_names: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()


def rows(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """What the statement answers; its text stays the same from time to time, only its values change.

    In a transaction, which a missing plan would break, it is asked as it stands.
    """
    if not connection.in_atomic_block:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"EXECUTE {_name(cursor, sql, len(values))}{_given(values)}", values)
                return list(cursor.fetchall())
        except Error as error:
            if getattr(error.__cause__, "pgcode", "") not in UNKNOWN:
                raise
            _begin_anew()
    return plainly(sql, values)


def _begin_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    _names.pop(connection.connection, None)


def plainly(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """What the statement answers, planned for these very values."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _given(values: Sequence[Any]) -> str:
    return f" ({', '.join(['%s'] * len(values))})" if values else ""


def _name(cursor: Any, sql: str, count: int) -> str:
    known = _names.setdefault(connection.connection, {})
    name = known.get(sql)
    if name is None:
        if len(known) >= MOST:
            cursor.execute(f"DEALLOCATE {known.pop(next(iter(known)))}")
        name = f"kept_{sha256(sql.encode()).hexdigest()[:32]}"
        cursor.execute(f"PREPARE {name} AS {sql % tuple(f'${n}' for n in range(1, count + 1))}")
        known[sql] = name
    return name

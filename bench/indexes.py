"""Indexes taken down for a load and put back afterwards, two at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

FOUND = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indrelid::regclass::text,
       c.conname
FROM pg_index i
LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'u'
WHERE i.indrelid::regclass::text = ANY(%s) AND NOT i.indisprimary
"""


@dataclass(frozen=True)
class Index:
    """One index as it was, and the constraint that owns it."""

    name: str
    definition: str
    table: str
    constraint: str | None


def take_down(cursor: Any, tables: Sequence[str]) -> list[Index]:
    """Drop every index of the tables but the primary keys; what is needed to put them back."""
    cursor.execute(FOUND, [list(tables)])
    found = [Index(*row) for row in cursor.fetchall()]
    for index in found:
        if index.constraint:
            cursor.execute(f'ALTER TABLE {index.table} DROP CONSTRAINT "{index.constraint}"')
        else:
            cursor.execute(f"DROP INDEX {index.name}")
    return found


def put_back(
    indexes: Sequence[Index],
    connect: Callable[[], Any],
    done: Callable[[Index], None],
    memory_mb: int,
) -> None:
    """Build them again, the widest first, on two connections."""

    def build(index: Index) -> Index:
        connection = connect()
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"SET maintenance_work_mem = '{memory_mb}MB'")
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("SET max_parallel_maintenance_workers = 0")
            cursor.execute(index.definition)
        connection.close()
        return index

    wide = sorted(indexes, key=lambda index: "gin" not in index.definition)
    with ThreadPoolExecutor(max_workers=2) as pool:
        for index in pool.map(build, wide):
            done(index)
    connection = connect()
    with connection, connection.cursor() as cursor:
        for index in indexes:
            if index.constraint:
                cursor.execute(
                    f'ALTER TABLE {index.table} ADD CONSTRAINT "{index.constraint}" '
                    f'UNIQUE USING INDEX "{index.constraint}"'
                )
    connection.close()

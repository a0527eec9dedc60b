"""Comparing the facts kept with the facts made anew; whatever differs is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Max

from appeals.models import Appeal
from reports.facts.filling import MADE, days_of_all, make, take_turn, todo
from reports.facts.models import MonthMark
from reports.facts.months import kept_marks, marks_of

#: Appeals compared in one transaction, and differences named of each table.
BATCH = 20_000
NAMED = 20
#: What a row gets from the database, never the same twice.
GIVEN = ("id", "change")


@dataclass(frozen=True)
class Difference:
    """One row that is not as the journal tells it."""

    table: str
    row: str
    is_kept: bool  # False: it should be there and is not


class _Undone(Exception):
    """What was made for the comparison is taken back."""


def differences() -> Iterator[Difference]:
    """Every batch is made anew and taken back; the journal's own state is not touched.

    Appeals written meanwhile wait for the making, not for this: each batch is one transaction.
    """
    last = Appeal.objects.aggregate(last=Max("id"))["last"] or 0
    for first in range(0, last + 1, BATCH):
        found: list[Difference] = []
        try:
            with transaction.atomic():
                take_turn(wait=True)
                todo(
                    # What waits to be made again is old on purpose.
                    "SELECT id FROM appeals_appeal WHERE id >= %(first)s AND id < %(end)s AND NOT"
                    " EXISTS (SELECT FROM reports_staleappeal s WHERE s.appeal_id = appeals_appeal.id)",
                    {"first": first, "end": first + BATCH},
                )
                found = _compared()
                raise _Undone
        except _Undone:
            yield from found
    yield from _days()
    yield from _months()


def _months() -> Iterator[Difference]:
    """The marks of each marked month against what its facts say."""
    marked = MonthMark.objects.filter(dimension="").order_by("clock", "month")
    for clock, month in list(marked.values_list("clock", "month")):
        with transaction.atomic():
            take_turn(wait=True)
            kept, anew = set(kept_marks(clock, month)), set(marks_of(clock, month))
        if not kept:
            continue  # forgotten meanwhile
        for rows, is_kept in ((kept - anew, True), (anew - kept, False)):
            for dimension, key, _bits in sorted(rows)[:NAMED]:
                row = f"{clock} {month:%Y-%m} {dimension} {key}"
                yield Difference("reports_monthmark", row, is_kept)


def _compared() -> list[Difference]:
    with connection.cursor() as cursor:
        for table in MADE:
            cursor.execute(
                f"CREATE TEMPORARY TABLE kept_{table} ON COMMIT DROP AS"
                f" SELECT f.* FROM {table} f JOIN facts_todo t ON t.appeal_id = f.appeal_id"
            )
        make()
        found = []
        for table in MADE:
            columns = _columns(table)
            anew = f"SELECT {columns} FROM {table} f JOIN facts_todo t USING (appeal_id)"
            kept = f"SELECT {columns} FROM kept_{table} f"
            found += _except(cursor, table, kept, anew, is_kept=True)
            found += _except(cursor, table, anew, kept, is_kept=False)
    return found


def _except(
    cursor: CursorWrapper, table: str, one: str, other: str, *, is_kept: bool
) -> list[Difference]:
    cursor.execute(f"SELECT d::text FROM ({one} EXCEPT ALL {other}) d LIMIT {NAMED}")
    return [Difference(table, row[0], is_kept) for row in cursor.fetchall()]


def _columns(table: str) -> str:
    """Every column but those the database gives anew with each row."""
    with connection.cursor() as cursor:
        names = [
            column.name for column in connection.introspection.get_table_description(cursor, table)
        ]
    return ", ".join(f"f.{name}" for name in names if name not in GIVEN)


def _days() -> Iterator[Difference]:
    """The kept days against what all facts add up to."""
    with transaction.atomic(), connection.cursor() as cursor:
        take_turn(wait=True)
        todo("SELECT appeal_id FROM reports_appealfact", {})
        days_of_all()
        columns = _columns("reports_dayfact")
        summed = (
            f"SELECT {columns} FROM facts_delta f WHERE received <> 0 OR ended <> 0"
            " OR opened <> 0 OR fell_due <> 0"
        )
        kept = f"SELECT {columns} FROM reports_dayfact f"
        found = _except(cursor, "reports_dayfact", kept, summed, is_kept=True)
        found += _except(cursor, "reports_dayfact", summed, kept, is_kept=False)
    yield from found

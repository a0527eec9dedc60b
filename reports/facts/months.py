"""Marking months: a bit an appeal for each value it is cut by and each thing it is counted as.

The making of facts forgets the marks of the months it touches, in its own transaction, so that marks
are never older than the facts; `mark_months` makes those that are missing, one month a transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import TruncMonth

from reports.facts.filling import take_turn
from reports.facts.models import AppealFact, DayFact, FactsState, MonthMark

CAME, ENDED = "came", "ended"
#: The day by which an appeal belongs to a month.
CLOCKS = {CAME: "registered_on", ENDED: "closed_on"}
#: Names of the marks that are no dimension, and the key of those that need none.
DAY, SEEN, IS, YES = "day", "seen", "is", "1"
#: Dimensions and the columns of the facts they are read from.
CUT_BY = {
    "kind": "kind", "topic": "topic_id", "structure": "structure_id", "region": "region_id",
    "channel": "channel", "language": "language", "operator": "registrar_id",
    "closer": "closer_id", "outcome": "outcome_id", "ground": "ground_id",
}  # fmt: skip
SCORES = range(1, 6)
#: What an appeal is counted as, by the names of the counts of a day. Ratings are told as the number
#: of those rated so or better, whose sum is the sum of the ratings.
COUNTED: dict[str, dict[str, Callable[[dict[str, Any]], bool]]] = {
    CAME: {
        "at_once": lambda row: row["is_first_contact"],
        "held": lambda row: row["is_first_contact"] and row["came_back"] is False,
        "repeats": lambda row: row["is_repeat"],
        "referred": lambda row: row["structure_id"] is not None,
        "extended": lambda row: row["extensions"] > 0,
        "returned": lambda row: row["returns"] > 0,
        "reworked": lambda row: row["reworks"] > 0,
        "reopened": lambda row: row["reopenings"] > 0,
    },
    ENDED: {
        "set_aside": lambda row: row["status"] == "left",
        "timed": lambda row: row["due_at"] is not None,
        "late": lambda row: row["is_late"] is True,
        **{
            f"rated{score}": lambda row, score=score: (row["rating"] or 0) >= score
            for score in SCORES
        },
    },
}
#: The columns of the facts they are told from.
_READ = {
    CAME: ("is_first_contact", "came_back", "is_repeat", "extensions", "returns", "reworks",
           "reopenings"),
    ENDED: ("status", "due_at", "is_late", "rating"),
}  # fmt: skip


def mark_months() -> int:
    """Mark every month that is not marked; how many were. Nothing while all facts are made anew."""
    if FactsState.objects.filter(rebuilding_since__isnull=False).exists():
        return 0
    marked = 0
    for clock, month in _unmarked():
        with transaction.atomic():
            take_turn(wait=True)
            if not _marks(clock, month).exists():
                marked += _mark(clock, month)
    return marked


def _unmarked() -> list[tuple[str, dt.date]]:
    found = []
    for clock, counted in ((CAME, "received"), (ENDED, "ended")):
        days = DayFact.objects.filter(dimension="", **{f"{counted}__gt": 0}).order_by()
        months = set(days.values_list(TruncMonth("day"), flat=True).distinct())
        known = MonthMark.objects.filter(clock=clock, dimension="").values_list("month", flat=True)
        found += [(clock, month) for month in sorted(months - set(known))]
    return found


def _marks(clock: str, month: dt.date) -> QuerySet[MonthMark]:
    return MonthMark.objects.filter(clock=clock, month=month)


def _mark(clock: str, month: dt.date) -> int:
    rows = list(marks_of(clock, month))
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reports_monthmark (clock, month, dimension, key, bits)"
            " SELECT %s, %s, t.dimension, t.key, ('x' || t.bits)::varbit"
            " FROM unnest(%s::text[], %s::text[], %s::text[]) AS t (dimension, key, bits)",
            [clock, month, *(list(column) for column in zip(*rows, strict=True))],
        )
    return 1


def kept_marks(clock: str, month: dt.date) -> list[tuple[str, str, str]]:
    """The marks of a month as `marks_of` tells them."""
    with connection.cursor() as cursor:
        # A string of bits is sent as its length, then its bytes.
        cursor.execute(
            "SELECT dimension, key, encode(substr(varbit_send(bits), 5), 'hex')"
            " FROM reports_monthmark WHERE clock = %s AND month = %s",
            [clock, month],
        )
        return list(cursor.fetchall())


def marks_of(clock: str, month: dt.date) -> Iterator[tuple[str, str, str]]:
    """What the facts of a month say: dimension, key and the bits as hexadecimal digits."""
    column = CLOCKS[clock]
    following = (month + dt.timedelta(days=31)).replace(day=1)
    facts = (
        AppealFact.objects.filter(
            is_merged=False, **{f"{column}__gte": month, f"{column}__lt": following}
        )
        .order_by("pk")
        .values(column, "is_restricted", *CUT_BY.values(), *_READ[clock])
    )
    rows = list(facts)
    length = -(-len(rows) // 8)
    marked: dict[tuple[str, str], bytearray] = {}

    def mark(dimension: str, key: str, at: int) -> None:
        bits = marked.get((dimension, key))
        if bits is None:
            bits = marked[dimension, key] = bytearray(length)
        bits[at >> 3] |= 0x80 >> (at & 7)

    for at, row in enumerate(rows):
        mark("", "", at)
        mark(DAY, f"{row[column]:%Y-%m-%d}", at)
        if not row["is_restricted"]:
            mark(SEEN, YES, at)
        for name, source in CUT_BY.items():
            value = row[source]
            mark(name, "" if value is None else str(value), at)
        for name, holds in COUNTED[clock].items():
            if holds(row):
                mark(IS, name, at)
    for (dimension, key), bits in marked.items():
        yield dimension, key, bits.hex()

"""Counting bits: what the marks of months say of any cut, split by any one dimension or by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connections, router

from reports.facts.months import CAME, DAY, ENDED, IS, SCORES, SEEN, YES
from reports.figures.cut import Cut
from reports.models import MonthMark
from reports.periods import Period

#: Which month a figure's rows belong to, by the day that takes them.
CLOCK_OF = {"registered_on": CAME, "closed_on": ENDED}
#: Counts that are sums of marks.
SUMS = {"rated": ("rated1",), "rating": tuple(f"rated{score}" for score in SCORES)}
#: Those that every marked appeal is.
ALL_OF_THEM = frozenset({"received", "ended"})


@dataclass(frozen=True)
class Counted:
    """What the marks said: the counts of each value, and the stretches of the period not marked."""

    rows: list[tuple[str | dt.date, dict[str, int]]]
    rest: list[Period]


def counted(
    clock: str, period: Period, cut: Cut, columns: Iterable[str], by: str | None, *, sees_all: bool
) -> Counted:
    """The columns, named as the counts of a day, of each marked month of the period.

    One statement says both what is marked and what the marks count: a month forgotten meanwhile is
    either counted here or told in `rest`.
    """
    months = list(_months(period))
    wanted = sorted({name for column in columns for name in _marks_of(column)})
    statement, values = _statement(clock, period, months, cut, wanted, by, sees_all=sees_all)
    with connections[router.db_for_read(MonthMark)].cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    marked = {row[0] for row in found}
    rows = []
    for _month, key, n, *counts in found:
        if not n:
            continue
        marks = dict(zip(wanted, counts, strict=True)) | dict.fromkeys(ALL_OF_THEM, n)
        told = {column: _count(column, marks) for column in columns}
        rows.append((dt.date.fromisoformat(key) if by == DAY else key, told))
    return Counted(rows, _stretches(period, [one for one in months if one not in marked]))


def _statement(
    clock: str,
    period: Period,
    months: Sequence[dt.date],
    cut: Cut,
    wanted: Sequence[str],
    by: str | None,
    *,
    sees_all: bool,
) -> tuple[str, list[object]]:
    """Rows of (month, key, all, *wanted); a marked month has one even where nothing is left of it."""
    filters = cut.values()
    if not sees_all:
        filters.append((SEEN, [YES]))
    values: list[object] = [clock, list(months)]
    joins, mask = [], ["w.bits"]

    def met(name: str, dimension: str, where: str, *more: object) -> None:
        joins.append(
            f"LEFT JOIN (SELECT month, bit_or(bits) AS bits FROM reports_monthmark"
            f" WHERE clock = %s AND dimension = %s AND month = ANY(%s::date[]) AND {where}"
            f" GROUP BY month) {name} ON {name}.month = w.month"
        )
        values.extend([clock, dimension, *more])

    for number, (dimension, keys) in enumerate(filters):
        met(f"f{number}", dimension, "key = ANY(%s)", list(months), keys)
        mask.append(f"f{number}.bits")
    parts = [month for month in months if not _is_whole(month, period)]
    if parts:
        met("d", DAY, "key >= %s AND key <= %s", parts, f"{period.first}", f"{period.last}")
        mask.append("CASE WHEN w.month = ANY(%s::date[]) THEN d.bits ELSE w.bits END")
        values.append(parts)
    masked = (
        "SELECT w.month, " + " & ".join(mask) + " AS bits FROM (SELECT month, bits FROM"
        " reports_monthmark WHERE clock = %s AND dimension = '' AND month = ANY(%s::date[])) w "
        + " ".join(joins)
    )
    if parts:
        # The marker of the partial months stands before the joins in the text.
        values = [values[-1], *values[:-1]]
    split, key = "", "''"
    bits = "m.bits"
    if by is not None:
        split = (
            " LEFT JOIN reports_monthmark s ON s.clock = %s AND s.dimension = %s"
            " AND s.month = m.month AND m.bits IS NOT NULL"
        )
        key, bits = "coalesce(s.key, '')", "(m.bits & s.bits)"
        values += [clock, by]
    for number, name in enumerate(wanted):
        split += (
            f" LEFT JOIN reports_monthmark c{number} ON c{number}.clock = %s AND"
            f" c{number}.dimension = %s AND c{number}.key = %s AND c{number}.month = m.month"
        )
        values += [clock, IS, name]
    counts = [f"coalesce(bit_count({bits}), 0)"] + [
        f"coalesce(bit_count({bits} & c{number}.bits), 0)" for number in range(len(wanted))
    ]
    return (
        f"WITH m AS MATERIALIZED ({masked}) SELECT m.month, {key}, {', '.join(counts)}"
        f" FROM m{split}",
        values,
    )


def _marks_of(column: str) -> tuple[str, ...]:
    """The marks a count is told from."""
    names = [part for part in column.split("-") if part not in ALL_OF_THEM]
    return tuple(mark for name in names for mark in SUMS.get(name, (name,)))


def _count(column: str, marks: dict[str, int]) -> int:
    first, *less = (
        sum(marks[mark] for mark in SUMS.get(name, (name,))) for name in column.split("-")
    )
    return first - sum(less)


def _months(period: Period) -> Iterable[dt.date]:
    month = period.first.replace(day=1)
    while month <= period.last:
        yield month
        month = _following(month)


def _following(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=31)).replace(day=1)


def _is_whole(month: dt.date, period: Period) -> bool:
    return period.first <= month and _following(month) - dt.timedelta(days=1) <= period.last


def _stretches(period: Period, months: Sequence[dt.date]) -> list[Period]:
    """The days of the months within the period, those beside each other as one."""
    found: list[Period] = []
    for month in months:
        first = max(month, period.first)
        last = min(_following(month) - dt.timedelta(days=1), period.last)
        if found and found[-1].last + dt.timedelta(days=1) == first:
            found[-1] = Period(found[-1].first, last)
        else:
            found.append(Period(first, last))
    return found

"""Computing figures: from the kept days where one dimension is enough, from the facts otherwise.

Figures of one kind of row are computed together, in one statement.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet, Sum, Value
from django.utils import timezone

from people.models import User
from reports.figures.coverage import first_day, missing
from reports.figures.cut import COLUMNS, Cut
from reports.figures.marked import CLOCK_OF, counted
from reports.figures.opening import opens
from reports.figures.registry import Figure, Grain, Measure, Moment, figure
from reports.figures.rows import (
    Scope,
    condition,
    moment,
    open_since,
    open_until,
    parts,
    seen,
)
from reports.models import DayFact, FactsState
from reports.periods import Period

Key = Any
DAY = "day"


class Percentile(Aggregate):
    """percentile_cont: the value below which the share lies, not pulled by a few long ones."""

    function = "percentile_cont"
    name = "Percentile"
    template = "percentile_cont(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


FRACTIONS = {Measure.MEDIAN: "0.5", Measure.P90: "0.9"}


@dataclass
class Numbers:
    """What the rows gave: how many are counted, of how many, and what was measured."""

    count: int = 0
    of: int = 0
    value: float | None = None


@dataclass(frozen=True)
class Reading:
    """One figure as read: its value, or why it has none; and the lists behind it."""

    figure: Figure
    count: int
    of: int | None
    value: Decimal | None
    missing: str = ""
    url: str = ""
    of_url: str = ""

    @property
    def is_known(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Known:
    """What is known of the facts themselves: until when they are told, since when there are any,
    and whether the days are whole."""

    filled_at: dt.datetime | None
    version: int
    days_are_whole: bool
    begin: dt.date | None

    @classmethod
    def now(cls) -> Known:
        state = FactsState.objects.first()
        if state is None:
            return cls(None, 0, False, first_day())
        return cls(state.filled_at, state.version, state.rebuilding_since is None, first_day())


@dataclass
class Asked:
    """One question: who asks, of which period, cut by what, at which moment."""

    user: User
    period: Period | None
    cut: Cut = field(default_factory=Cut)
    now: dt.datetime = field(default_factory=timezone.now)
    known: Known = field(default_factory=Known.now)

    def __post_init__(self) -> None:
        self.scope = Scope(self.user)
        self.at: Moment = moment(self.period, self.now)

    def about(self, *, period: Period | None = None, cut: Cut | None = None) -> Asked:
        """The same question about another period or under another cut."""
        return Asked(
            self.user, period or self.period, self.cut if cut is None else cut, self.now, self.known
        )


def read(codes: Iterable[str], asked: Asked) -> dict[str, Reading]:
    """The figures of the codes; each statement serves all figures of its kind."""
    wanted = [figure(code) for code in codes]
    today = timezone.localdate(asked.now)
    why = {one.code: missing(one, asked.period, today, asked.known.begin) for one in wanted}
    found = numbers([one for one in wanted if not why[one.code]], asked)
    return {
        one.code: reading(one, found.get(one.code, {}).get(None, Numbers()), asked, why[one.code])
        for one in wanted
    }


def reading(one: Figure, found: Numbers, asked: Asked, why: str = "") -> Reading:
    """Numbers as a reading, with the addresses of the lists."""
    if why:
        return Reading(one, 0, None, None, why)
    of = found.of if one.measure is Measure.SHARE else None
    return Reading(
        one, found.count, of, _value(one, found),
        url=opens(one, asked.cut, asked.period),
        of_url=opens(one, asked.cut, asked.period, whole=True) if of is not None else "",
    )  # fmt: skip


def _value(one: Figure, found: Numbers) -> Decimal | None:
    match one.measure:
        case Measure.COUNT:
            return Decimal(found.count)
        case Measure.SHARE:
            return round(Decimal(100 * found.count) / found.of, 1) if found.of else None
    if found.value is None:
        return None
    return round(Decimal(str(found.value)) / one.divide, 1)


def numbers(
    wanted: Sequence[Figure], asked: Asked, by: str | None = None
) -> dict[str, dict[Key, Numbers]]:
    """Numbers of each figure by the values of a dimension, by day, or of the whole (None)."""
    found: dict[str, dict[Key, Numbers]] = {one.code: {} for one in wanted}
    for keeper, group in _grouped(wanted, asked, by).items():
        keeper(group, asked, by, found)
    return found


def _grouped(wanted: Sequence[Figure], asked: Asked, by: str | None) -> dict[Any, list[Figure]]:
    kept = asked.cut.kept()
    groups: dict[Any, list[Figure]] = defaultdict(list)
    for one in wanted:
        # Two dimensions at once are not kept; days and the whole need only the cut's.
        enough = kept is not None and (by in (None, DAY) or kept[0] in ("", by)) and by != "closer"
        enough = enough and asked.known.days_are_whole
        if one.column and enough and asked.scope.sees_open_ones:
            groups[_from_open_days if one.grain is Grain.OPEN else _from_days].append(one)
        elif one.column and one.grain is Grain.APPEAL and asked.scope.sees_open_ones:
            groups[_from_marks].append(one)
        elif one.grain is Grain.OPEN and by == DAY:
            groups[_open_by_day].append(one)
        else:
            groups[_from_rows].append(one)
    return groups


def _kept_days(asked: Asked, by: str | None) -> tuple[QuerySet, str]:
    """The kept days of the cut, and the column to group by."""
    kept = asked.cut.kept()
    assert kept is not None
    dimension, keys = kept
    rows = DayFact.objects.filter(dimension=by if by not in (None, DAY) else dimension)
    if dimension:
        rows = rows.filter(key__in=keys)
    if not asked.scope.sees_all:
        rows = rows.filter(is_restricted=False)
    return rows, {None: "", DAY: "day"}.get(by, "key")


def _from_days(
    group: list[Figure], asked: Asked, by: str | None, found: dict[str, dict[Key, Numbers]]
) -> None:
    rows, column = _kept_days(asked, by)
    assert asked.period is not None
    rows = rows.filter(day__gte=asked.period.first, day__lte=asked.period.last)
    sums = {}
    for one in group:
        sums[f"{one.code}_n"] = Sum(_column(one.column), default=0)
        if one.of_column:
            sums[f"{one.code}_of"] = Sum(one.of_column, default=0)
    for key, row in _annotated(rows, column, sums):
        for one in group:
            _add(one, found, _key(key, by), row[f"{one.code}_n"], row.get(f"{one.code}_of", 0))
    if asked.scope.sees_own:
        _from_rows(group, asked, by, found, only=asked.scope.own())


def _from_marks(
    group: list[Figure], asked: Asked, by: str | None, found: dict[str, dict[Key, Numbers]]
) -> None:
    """From the marks of months; of the months not marked, from the facts."""
    period = asked.period
    assert period is not None
    sees_all = asked.scope.sees_all
    for clock in sorted({one.clock for one in group}):
        same = [one for one in group if one.clock == clock]
        columns = {column for one in same for column in (one.column, one.of_column) if column}
        told = counted(CLOCK_OF[clock], period, asked.cut, columns, by, sees_all=sees_all)
        for key, row in told.rows:
            for one in same:
                n, of = row[one.column], row[one.of_column] if one.of_column else 0
                _add(one, found, None if by is None else key, n, of)
        for rest in told.rest:
            _from_rows(same, asked.about(period=rest), by, found, only=_seen_by_all(asked))
    if asked.scope.sees_own:
        _from_rows(group, asked, by, found, only=asked.scope.own())


def _seen_by_all(asked: Asked) -> Q:
    return Q() if asked.scope.sees_all else Q(is_restricted=False)


def _add(one: Figure, found: dict[str, dict[Key, Numbers]], key: Key, n: int, of: int) -> None:
    numbers = found[one.code].setdefault(key, Numbers())
    numbers.count += n
    if one.measure is Measure.MEAN:
        total = (numbers.value or 0) * (numbers.count - n) + of
        numbers.value = total / numbers.count if numbers.count else None
    else:
        numbers.of += of


def _column(name: str) -> F:
    first, _sign, second = name.partition("-")
    return F(first) - F(second) if second else F(first)


def _from_open_days(
    group: list[Figure], asked: Asked, by: str | None, found: dict[str, dict[Key, Numbers]]
) -> None:
    """What is open is all that the days before have added."""
    rows, column = _kept_days(asked, by)
    rows = rows.filter(day__lte=asked.at.day)
    sums = {one.code: Sum(one.column, default=0) for one in group}
    running: dict[str, int] = {one.code: 0 for one in group}
    days: dict[dt.date, dict[str, int]] = {}
    assert asked.period is not None
    for key, row in _annotated(rows, column, sums):
        for one in group:
            if by != DAY:
                if row[one.code] or by is None:
                    _add(one, found, _key(key, by), row[one.code], 0)
            elif key < asked.period.first:
                running[one.code] += row[one.code]
            else:
                days.setdefault(key, {})[one.code] = row[one.code]
    if by == DAY:
        day = asked.period.first
        while day <= asked.at.day:
            for one in group:
                running[one.code] += days.get(day, {}).get(one.code, 0)
                found[one.code][day] = Numbers(running[one.code])
            day += dt.timedelta(days=1)
    if asked.scope.sees_own:
        keeper = _open_by_day if by == DAY else _from_rows
        keeper(group, asked, by, found, only=asked.scope.own())


def _open_by_day(
    group: list[Figure],
    asked: Asked,
    by: str | None,
    found: dict[str, dict[Key, Numbers]],
    *,
    only: Q | None = None,
) -> None:
    """Stretches of open days over the period, for a cut the days are not kept by."""
    period, last = asked.period, asked.at.day
    right = asked.scope.appeals() if only is None else only
    if period is None or right is None:
        return
    facts = open_until(last).filter(asked.cut.condition(Grain.OPEN), right)
    stretches = [
        row
        for part in open_since(period.first)
        for row in facts.filter(part)
        .values_list("first_on", "last_on", "overdue_from")
        .annotate(n=Count("*"))
    ]
    days = [period.first + dt.timedelta(days=i) for i in range((last - period.first).days + 1)]
    adds = {one.code: dict.fromkeys(days, 0) for one in group}
    for first, end, overdue, n in stretches:
        for one in group:
            start = first
            if one.column == "fell_due":
                if overdue is None or (end is not None and overdue > end) or overdue > last:
                    continue
                start = max(first, overdue)
            start = max(start, period.first)
            adds[one.code][start] += n
            if end is not None and end < last:
                adds[one.code][end + dt.timedelta(days=1)] -= n
    for one in group:
        running = 0
        for day in days:
            running += adds[one.code][day]
            _add(one, found, day, running, 0)


def _from_rows(
    group: list[Figure],
    asked: Asked,
    by: str | None,
    found: dict[str, dict[Key, Numbers]],
    *,
    only: Q | None = None,
) -> None:
    """From the facts themselves: figures taken by the same day in one statement."""
    sets: dict[tuple[Grain, str, Q | None], list[Figure]] = defaultdict(list)
    for one in group:
        clock = one.clock if one.grain in _CLOCKED else ""
        # What is measured is a small part of the rows, which an index holds apart.
        apart = condition(one, asked.period, asked.at) if one.measure in FRACTIONS else None
        sets[(one.grain, clock, apart)].append(one)
    for (grain, _clock, apart), same in sets.items():
        first = same[0]
        column = {None: "", DAY: first.clock}.get(by) if by in (None, DAY) else COLUMNS[grain][by]
        if apart is None and len(same) == 1 and first.measure is Measure.COUNT:
            apart = condition(first, asked.period, asked.at)
        wanted = _aggregates(same, asked, apart)
        for rows in parts(first, asked.period, asked.at):
            if only is None:
                rows = seen(first, rows, asked.user, asked.scope)
            rows = rows.filter(only or Q(), apart or Q(), asked.cut.condition(grain))
            for key, row in _annotated(rows, column or "", wanted):
                for one in same:
                    _read_row(one, found, _key(key, by), row)


def _read_row(
    one: Figure, found: dict[str, dict[Key, Numbers]], key: Key, row: dict[str, Any]
) -> None:
    n = row[f"{one.code}_n"]
    if one.measure in FRACTIONS:
        found[one.code][key] = Numbers(n, 0, row[f"{one.code}_v"])
    elif one.measure is Measure.MEAN:
        _add(one, found, key, n, row[f"{one.code}_v"] or 0)
    else:
        _add(one, found, key, n, row.get(f"{one.code}_of", 0))


_CLOCKED = frozenset({Grain.APPEAL, Grain.REFERRAL})


def _aggregates(same: list[Figure], asked: Asked, apart: Q | None) -> dict[str, Aggregate]:
    """What is asked of the rows; those held `apart` are all counted."""
    made: dict[str, Aggregate] = {}
    for one in same:
        counted = Q() if apart is not None else condition(one, asked.period, asked.at)
        made[f"{one.code}_n"] = Count(Value(1), filter=counted or None)
        if one.measure is Measure.SHARE:
            made[f"{one.code}_of"] = Count(Value(1), filter=one.of or None)
        elif one.measure is Measure.MEAN:
            made[f"{one.code}_v"] = Sum(one.value, filter=counted)
        elif one.measure in FRACTIONS:
            made[f"{one.code}_v"] = Percentile(one.value, fraction=FRACTIONS[one.measure])
    return made


def _annotated(
    rows: QuerySet, column: str, sums: dict[str, Any]
) -> Iterable[tuple[Key, dict[str, Any]]]:
    if not column:
        return [(None, rows.order_by().aggregate(**sums))]
    grouped = rows.order_by(*([column] if column == "day" else [])).values(column).annotate(**sums)
    return [(row[column], row) for row in grouped]


def _key(key: Key, by: str | None) -> Key:
    """Values of a dimension are told as the kept days hold them: as text."""
    if by in (None, DAY):
        return key
    return "" if key is None else str(key)

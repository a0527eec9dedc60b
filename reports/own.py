"""Own reports: a question put together from figures, and its answer under the reader's rights."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callcenter.errors import RuleBroken
from people.models import User
from reports.document import Block, ChartBlock, Document, TableBlock
from reports.figures import cut as cuts
from reports.figures.computing import Asked, Reading, read
from reports.figures.registry import DIMENSIONS, FILTERS, Figure, figures
from reports.figures.splitting import over_time, per_month_label, split
from reports.periods import Period, Sort, before, parse
from reports.tables import WHOLE_ROW, Cell, Chart, Column, Series, Table

#: At most so many figures, rows of a table, columns across, bars of a chart.
MOST_MEASURES, MOST_ROWS, MOST_ACROSS, MOST_BARS = 6, 300, 6, 15
TIME = "time"
PERIODS: dict[str, str | Promise] = {
    "this_month": gettext_lazy("This month"),
    "last_month": gettext_lazy("Last month"),
    "this_quarter": gettext_lazy("This quarter"),
    "last_quarter": gettext_lazy("Last quarter"),
    "this_year": gettext_lazy("This year"),
    "last_year": gettext_lazy("Last year"),
    "last_7": gettext_lazy("Last 7 days"),
    "last_30": gettext_lazy("Last 30 days"),
}
CHARTS: dict[str, str | Promise] = {
    "bar": gettext_lazy("Bars"),
    "stacked": gettext_lazy("Stacked bars"),
    "line": gettext_lazy("Line"),
    "": gettext_lazy("No chart"),
}


def measures() -> dict[str, Figure]:
    """Figures that may be asked of any period."""
    return {one.code: one for one in figures() if one.takes_period}


def period_of(text: str, today: dt.date) -> Period:
    """A moving period by its code, or two dates as first..last."""
    match text:
        case "this_month":
            return Period(today.replace(day=1), today)
        case "this_quarter":
            return Period(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), today)
        case "this_year":
            return Period(today.replace(month=1, day=1), today)
        case "last_month":
            return before(today, Sort.MONTHLY)
        case "last_quarter":
            return before(today, Sort.QUARTERLY)
        case "last_year":
            return before(today, Sort.ANNUAL)
        case "last_7" | "last_30":
            days = int(text.removeprefix("last_"))
            return Period(today - dt.timedelta(days=days - 1), today)
    return parse(text)


@dataclass(frozen=True)
class Question:
    """What is asked: kept with a saved report as JSON, checked whenever it is read."""

    measures: tuple[str, ...]
    by: str = ""
    across: str = ""
    period: str = "this_month"
    chart: str = "bar"
    filters: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {
            "measures": list(self.measures), "by": self.by, "across": self.across,
            "period": self.period, "chart": self.chart, "filters": dict(self.filters),
        }  # fmt: skip


def read_question(data: Mapping[str, Any]) -> Question:
    """The question in what was sent or kept; RuleBroken names the part that means nothing."""
    known = measures()
    codes = tuple(dict.fromkeys(str(code) for code in data.get("measures") or ()))
    if not codes or len(codes) > MOST_MEASURES or not set(codes) <= set(known):
        words = _("Choose from one to %(n)d figures.") % {"n": MOST_MEASURES}
        raise RuleBroken("measures_unknown", words, field="measures")
    by, across = str(data.get("by") or ""), str(data.get("across") or "")
    _check_dimensions([known[code] for code in codes], by, across)
    chart = str(data.get("chart") or "")
    if chart not in CHARTS:
        raise RuleBroken("chart_unknown", _("There is no such chart."), field="chart")
    period = str(data.get("period") or "this_month")
    period_of(period, timezone.localdate())
    given = data.get("filters") or {}
    filters = {name: str(given[name]) for name in FILTERS if given.get(name)}
    cuts.read(filters)
    return Question(codes, by, across, period, chart, filters)


def _check_dimensions(wanted: list[Figure], by: str, across: str) -> None:
    for name, value in (("by", by), ("across", across)):
        if value in ("", TIME) and not (name == "across" and value == TIME):
            continue
        if value not in DIMENSIONS:
            words = _("There is nothing of that name to cut by.")
            raise RuleBroken("dimension_unknown", words, field=name)
        refusing = next((one for one in wanted if value not in one.dimensions), None)
        if refusing is not None:
            words = _("“%(figure)s” cannot be cut by “%(name)s”.") % {
                "figure": refusing.name,
                "name": DIMENSIONS[value],
            }
            raise RuleBroken("dimension_refused", words, field=name)
    if across and (len(wanted) > 1 or not by or by == across):
        words = _("Columns by a dimension need one figure and rows by something else.")
        raise RuleBroken("across_refused", words, field="across")


@dataclass(frozen=True)
class Row:
    """One row of the answer: its name, and a reading for each column."""

    label: str
    readings: list[Reading | None]


@dataclass(frozen=True)
class Result:
    """The answer: a table, perhaps a chart, and the period it is of."""

    table: Table
    chart: Chart | None
    period: Period


def answer(question: Question, user: User, now: dt.datetime | None = None) -> Result:
    """The figures as the person may see them; every cell opens its list."""
    now = now or timezone.now()
    period = period_of(question.period, timezone.localdate(now))
    asked = Asked(user, period, cuts.read(question.filters), now)
    known = measures()
    wanted = [known[code] for code in question.measures]
    if question.across:
        columns, rows = _crossed(wanted[0], question, asked)
    elif question.by == TIME:
        columns, rows = [str(one.name) for one in wanted], _over_time(wanted, asked)
    elif question.by:
        columns = [str(one.name) for one in wanted]
        rows = [
            Row(part.label, [part.readings[one.code] for one in wanted])
            for part in split([one.code for one in wanted], question.by, asked)
        ]
    else:
        whole = read(question.measures, asked)
        columns, rows = [_("Value")], [Row(str(one.name), [whole[one.code]]) for one in wanted]
    table = _table(question, wanted, columns, rows, asked)
    return Result(table, _chart(question, wanted, columns, rows[:MOST_ROWS]), period)


def _over_time(wanted: list[Figure], asked: Asked) -> list[Row]:
    lines = [over_time(one.code, asked) for one in wanted]
    return [
        Row(per_month_label(steps[0].period), [step.reading for step in steps])
        for steps in zip(*lines, strict=True)
    ]


def _crossed(one: Figure, question: Question, asked: Asked) -> tuple[list[str], list[Row]]:
    """One figure by two dimensions: a statement for each of the few columns."""
    parts = split([one.code], question.across, asked)[:MOST_ACROSS]
    rows: dict[str, list[Reading | None]] = {}
    for at, part in enumerate(parts):
        there = asked.about(cut=part.cut)
        if question.by == TIME:
            cells = [(per_month_label(s.period), s.reading) for s in over_time(one.code, there)]
        else:
            split_there = split([one.code], question.by, there)
            cells = [(p.label, p.readings[one.code]) for p in split_there]
        for label, reading in cells:
            rows.setdefault(label, [None] * len(parts))[at] = reading
    made = [Row(label, readings) for label, readings in rows.items()]
    if question.by != TIME:
        made.sort(key=lambda row: (-sum(r.count for r in row.readings if r), row.label))
    return [part.label for part in parts], made


def _table(
    question: Question, wanted: list[Figure], columns: list[str], rows: list[Row], asked: Asked
) -> Table:
    across = bool(question.across) or not question.by
    cells: list[list[Cell]] = []
    links: dict[tuple[int, str], str] = {}
    codes = [f"c{at}" for at in range(len(columns))]
    for at, row in enumerate(rows[:MOST_ROWS]):
        cells.append([row.label, *(_cell(reading) for reading in row.readings)])
        for code, reading in zip(codes, row.readings, strict=True):
            if reading is not None and reading.url:
                links[at, code] = reading.url
    totals: list[Cell] | None = None
    if question.by and not across:
        whole = read(question.measures, asked)
        totals = [_("Whole"), *(_cell(whole[one.code]) for one in wanted)]
    first = _("Figure") if not question.by else _dimension(question.by)
    kinds = [wanted[0].kind if across else one.kind for one in wanted] or []
    column_kinds = kinds if not across else [wanted[0].kind] * len(columns)
    gaps = sorted({str(r.missing) for row in rows for r in row.readings if r and r.missing})
    cut_short = len(rows) > MOST_ROWS
    notes = [
        *gaps,
        *([_("Only the first %(n)d rows are shown.") % {"n": MOST_ROWS}] if cut_short else []),
    ]
    return Table(
        code="own",
        title=" · ".join(str(one.name) for one in wanted),
        columns=[
            Column("name", first),
            *(
                Column(code, label, kind)
                for code, label, kind in zip(codes, columns, column_kinds, strict=True)
            ),
        ],
        rows=cells,
        totals=totals,
        links={key: href for key, href in links.items() if key[1] != WHOLE_ROW},
        definition=" ".join(f"{one.name}: {one.definition}" for one in wanted),
        note=" ".join(notes),
    )


def _cell(reading: Reading | None) -> Cell:
    if reading is None or not reading.is_known or reading.value is None:
        return None
    value = reading.value
    return int(value) if value == value.to_integral_value() else value


def _dimension(code: str) -> str:
    return _("Time") if code == TIME else str(DIMENSIONS[code])


def _chart(
    question: Question, wanted: list[Figure], columns: list[str], rows: list[Row]
) -> Chart | None:
    """The chart asked for; figures of another unit than the first stand in the table alone."""
    if not question.chart or len(rows) < 2 or not question.by:
        return None
    shown = rows if question.by == TIME else rows[:MOST_BARS]
    places = [
        at for at in range(len(columns)) if question.across or wanted[at].unit == wanted[0].unit
    ][:5]
    kind = "line" if question.chart == "line" and question.by == TIME else question.chart
    return Chart(
        code="own-chart",
        title=" · ".join(columns[at] for at in places),
        kind="bar" if kind == "line" and question.by != TIME else kind,
        labels=[row.label for row in shown],
        series=[Series(columns[at], [_cell(row.readings[at]) for row in shown]) for at in places],
        links={
            (series_at, label_at): reading.url
            for series_at, at in enumerate(places)
            for label_at, row in enumerate(shown)
            if (reading := row.readings[at]) is not None and reading.url
        },
        value_kind=wanted[0].kind,
    )


def document_of(name: str, result: Result, language: str, at: dt.datetime) -> Document:
    """The answer as a document, for files and e-mail; addresses stay on the page."""
    blocks: list[Block] = []
    with translation.override(language):
        if result.chart is not None:
            blocks.append(ChartBlock(result.chart, result.table.code))
        blocks.append(TableBlock(result.table))
        return Document(
            title=name,
            subtitle=_("Call centre"),
            organisation=settings.ORGANISATION,
            period_label=result.period.label,
            built_at=at,
            language=language,
            blocks=blocks,
        )

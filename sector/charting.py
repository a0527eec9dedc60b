"""Charts of the dashboards: every mark opens what it counts."""

from __future__ import annotations

from django.utils.translation import ngettext

from reports.figures.computing import Asked
from reports.figures.registry import Measure, figure
from reports.figures.splitting import Part, over_time, per_month_label, split
from reports.tables import Chart, Series

#: Bars of one chart; the rest is on the figure's own page.
MOST_BARS = 10


def lines(codes: list[str], asked: Asked, title: str) -> Chart:
    """Figures over the period, by day or by month."""
    series, links, labels = [], {}, []
    for at, code in enumerate(codes):
        steps = over_time(code, asked)
        labels = labels or [per_month_label(step.period) for step in steps]
        series.append(
            Series(
                str(figure(code).name),
                [step.reading.value if step.reading.is_known else None for step in steps],
            )
        )
        links |= {
            (at, i): step.reading.url for i, step in enumerate(steps) if step.reading.is_known
        }
    return Chart(
        code="-".join(codes), title=title, kind="line", series=series, labels=labels, links=links,
        value_kind=figure(codes[0]).kind,
    )  # fmt: skip


def bars(code: str, dimension: str, asked: Asked, title: str) -> Chart:
    """A figure by the values of a dimension, the largest first."""
    return drawn(split([code], dimension, asked), code, title)


def drawn(parts: list[Part], code: str, title: str) -> Chart:
    """Parts as bars; shares on one scale, the rarer ones left to the figure's page. What is measured
    is told of those with the most rows: a hundred per cent of one says nothing."""
    one = figure(code)
    told = [part for part in parts if part.readings[code].value is not None]
    left = len(told) - MOST_BARS
    if one.measure is not Measure.COUNT:
        told.sort(key=lambda part: -(part.readings[code].of or part.readings[code].count))
    shown = told[:MOST_BARS]
    if one.measure is not Measure.COUNT:
        shown.sort(key=lambda part: -(part.readings[code].value or 0))
    return Chart(
        code=code, title=title, kind="bar",
        series=[Series(str(one.name), [part.readings[code].value for part in shown])],
        labels=[part.label for part in shown],
        links={(0, i): part.readings[code].url for i, part in enumerate(shown)},
        value_kind=one.kind, scale_to=100 if one.measure is Measure.SHARE else None,
        note=ngettext("and %(n)s more", "and %(n)s more", left) % {"n": left} if left > 0 else "",
    )  # fmt: skip

"""Charts in templates: the drawing and the table behind it."""

from __future__ import annotations

from typing import cast

from django import template
from django.utils.safestring import SafeString

from reports.charts import NARROW, WIDTH, shown, svg
from reports.tables import Cell, Chart, Column, Link, Number, Table

register = template.Library()


@register.filter
def drawn(chart: Chart, place: str = "") -> SafeString:
    """The chart's drawing for a place of the page: a narrow one, or the usual."""
    return svg(chart, width=NARROW if place else WIDTH)


@register.filter
def laid_out(table: Table) -> list[list[dict[str, object]]]:
    """The table's rows as cells with what is shown, where it leads and how it stands."""
    return [
        [_cell(table, at, column, value) for column, value in zip(table.columns, row, strict=True)]
        for at, row in enumerate(table.rows)
    ]


def _cell(table: Table, row: int, column: Column, value: Cell) -> dict[str, object]:
    href = table.link(row, column)
    if isinstance(value, Link):
        value, href = value.text, value.href
    is_number = column.is_number and not isinstance(value, str)
    words: object = table.empty if value is None else value
    if is_number:
        words = shown(cast(Number | None, value), column.kind)
    return {"words": words, "href": href, "n": column.is_number}

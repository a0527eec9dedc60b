"""Cells of a report's tables as the page shows them; the same words as in the documents."""

from __future__ import annotations

from typing import Any

from django import template

from reports.charts import svg
from reports.documents.words import cell_text, number_text
from reports.tables import TOTALS, Chart, Link, Table

register = template.Library()


@register.filter
def lines(table: Table) -> list[list[dict[str, Any]]]:
    """Rows of cells: text, whether it is a number, where it leads."""
    return [_line(table, at, row) for at, row in enumerate(table.rows)]


@register.filter
def totals_line(table: Table) -> list[dict[str, Any]]:
    """The totals row in the same form; empty where there is none."""
    return _line(table, TOTALS, table.totals) if table.totals is not None else []


def _line(table: Table, at: int, row: Any) -> list[dict[str, Any]]:
    cells = []
    for column, value in zip(table.columns, row, strict=True):
        href = value.href if isinstance(value, Link) else table.link(at, column)
        cells.append(
            {
                "text": cell_text(column, value, table.empty),
                "number": column.is_number,
                "href": href,
                "label": column.label,
            }
        )
    return cells


@register.filter
def kilobytes(size: int) -> str:
    """123 KB, for the size of a file."""
    return f"{number_text(max(1, round(size / 1024)), 0)} KB"


@register.filter
def drawn(chart: Chart) -> str:
    """The chart as the page shows it, in the page's own colours."""
    return svg(chart) if any(v for one in chart.series for v in one.values) else ""

"""The figures: each declared once, computed over facts, opened as a list."""

from reports.figures.report import (
    LABELS,
    Median,
    Totals,
    ended,
    names_of,
    overdue_at_end,
    received,
    report_tables,
    split_table,
    totals,
    totals_table,
)

__all__ = [
    "LABELS",
    "Median",
    "Totals",
    "ended",
    "names_of",
    "overdue_at_end",
    "received",
    "report_tables",
    "split_table",
    "totals",
    "totals_table",
]

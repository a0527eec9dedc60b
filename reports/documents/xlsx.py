"""A report as a workbook: one sheet per table, typed cells, the header frozen."""

from __future__ import annotations

import io
import re

import xlsxwriter

from reports.document import Document
from reports.tables import Link, Table


def render(document: Document) -> bytes:
    """The bytes of the workbook. Text is always written as text, never as a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties(
        {
            "title": document.title,
            "company": document.organisation,
            "created": document.built_at.replace(tzinfo=None),
        }
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    strong = book.add_format({"bold": True, "top": 1})
    whole = book.add_format({"num_format": "#,##0"})
    tenth = book.add_format({"num_format": "#,##0.0"})
    used: set[str] = set()
    for table in document.tables:
        sheet = book.add_worksheet(_sheet_name(table, used))
        for at, column in enumerate(table.columns):
            sheet.write_string(0, at, column.label, bold)
            sheet.set_column(at, at, 44 if at == 0 else 16)
        lines = [*table.rows, *([table.totals] if table.totals is not None else [])]
        for row_at, row in enumerate(lines, start=1):
            is_total = table.totals is not None and row_at == len(lines)
            for at, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                if cell is None:
                    sheet.write_string(row_at, at, table.empty, strong if is_total else None)
                elif column.is_number:
                    sheet.write_number(row_at, at, float(cell), tenth if column.places else whole)
                else:
                    text = cell.text if isinstance(cell, Link) else str(cell)
                    sheet.write_string(row_at, at, text, strong if is_total else None)
        sheet.freeze_panes(1, 1)
        if table.definition:
            sheet.write_string(len(lines) + 2, 0, table.definition)
    book.close()
    return out.getvalue()


def _sheet_name(table: Table, used: set[str]) -> str:
    """At most 31 letters, none of []:*?/\\, each once."""
    name = re.sub(r"[\[\]:*?/\\']", " ", table.title)[:28].strip() or table.code[:28]
    while name.casefold() in used:
        name = f"{name[:28]}{len(used)}"
    used.add(name.casefold())
    return name

"""A report as a workbook: one sheet per table, typed cells, the header frozen, ready to print."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

import xlsxwriter
from django.utils import timezone
from xlsxwriter.worksheet import Worksheet

from reports.document import Document
from reports.tables import Cell, Column, Kind, Link, Table

#: Letters a column is wide by what stands in it.
WIDTHS = {Kind.TEXT: 44, Kind.LINK: 20, Kind.DATE: 12, Kind.DATETIME: 17}


def render(document: Document) -> bytes:
    """The bytes of the workbook. Text is always written as text, never as a formula."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties(
        {
            "title": f"{document.title}. {document.period_label}",
            "company": document.organisation,
            "comments": f"SHA-256 {document.digest()}",
            "created": document.built_at.replace(tzinfo=None),
        }
    )
    used: set[str] = set()
    formats = _Formats(book)
    for table in document.tables:
        sheet = book.add_worksheet(sheet_name(table, used))
        _sheet(sheet, table, formats)
        sheet.set_header(f"&L{_plain(document.title)}&R{_plain(document.period_label)}")
        sheet.set_footer("&C&P / &N")
    if not used:
        sheet = book.add_worksheet("–")
        sheet.write_string(0, 0, document.title)
    book.close()
    return out.getvalue()


class _Formats:
    """One format for each sort of cell, plain and in the totals row."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.made: dict[tuple[str, bool], Any] = {}
        look = {
            "bold": True,
            "text_wrap": True,
            "bottom": 1,
            "bg_color": "#F2F2F2",
            "valign": "top",
        }
        self.header = book.add_format(look)
        self.note = book.add_format({"italic": True, "font_color": "#555555"})

    def of(self, number_format: str, is_total: bool) -> Any:
        key = (number_format, is_total)
        if key not in self.made:
            look: dict[str, Any] = {"num_format": number_format} if number_format else {}
            if is_total:
                look |= {"bold": True, "top": 1}
            self.made[key] = self.book.add_format(look)
        return self.made[key]


def _sheet(sheet: Worksheet, table: Table, formats: _Formats) -> None:
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, column.label, formats.header)
        sheet.set_column(at, at, WIDTHS.get(column.kind, 14))
    lines = [*table.rows, *([table.totals] if table.totals is not None else [])]
    for row_at, row in enumerate(lines, start=1):
        is_total = table.totals is not None and row_at == len(lines)
        for at, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            _write(sheet, row_at, at, column, cell, table.empty, formats, is_total)
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for offset, note in enumerate(note for note in (table.note, table.definition) if note):
        sheet.write_string(len(lines) + 2 + offset, 0, note, formats.note)


def _write(
    sheet: Worksheet,
    row: int,
    at: int,
    column: Column,
    cell: Cell,
    empty: str,
    formats: _Formats,
    is_total: bool,
) -> None:
    match cell:
        case None:
            sheet.write_string(row, at, empty, formats.of("", is_total))
        case dt.datetime():
            local = timezone.localtime(cell).replace(tzinfo=None)
            sheet.write_datetime(row, at, local, formats.of("dd.mm.yyyy hh:mm", is_total))
        case dt.date():
            sheet.write_datetime(row, at, cell, formats.of("dd.mm.yyyy", is_total))
        case Link():
            sheet.write_string(row, at, cell.text, formats.of("", is_total))
        case str():
            sheet.write_string(row, at, cell, formats.of("", is_total))
        case _:
            places = "#,##0.0" if column.places and cell != int(cell) else "#,##0"
            sheet.write_number(row, at, float(cell), formats.of(places, is_total))


def _plain(text: str) -> str:
    """In headers of a sheet & begins a command."""
    return text.replace("&", "&&")[:120]


def sheet_name(table: Table, used: set[str]) -> str:
    """At most 31 letters, none of []:*?/\\, each once."""
    name = re.sub(r"[\[\]:*?/\\']", " ", table.title)[:28].strip() or table.code[:28]
    while name.casefold() in used:
        name = f"{name[:28]}{len(used)}"
    used.add(name.casefold())
    return name

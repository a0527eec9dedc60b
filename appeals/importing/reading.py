"""Rows of a CSV or XLSX file as they stand: numbered like in a spreadsheet, faults told by row."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

#: How the columns may be separated.
DELIMITERS = (",", ";", "\t", "|")
#: Rows above the header that an export may carry: a title, a date, an empty line.
ABOVE_HEADER = 20
#: Longest cell that is read at all, characters; the csv module needs a number.
LONGEST_CELL = 50_000_000
MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


class Unreadable(Exception):
    """The file as a whole cannot be read; the text is one line for a person."""


@dataclass
class Row:
    """One row: its number in the file (the first is 1) and its cells, or what is wrong with it."""

    number: int
    cells: Sequence[Any]
    fault: str = ""


@dataclass
class Table:
    """A header and the rows under it; `done` and `size` serve the progress bar."""

    header: list[str]
    rows: Iterator[Row]
    size: int
    done: Callable[[], int]
    epoch: Any = None  # of a workbook: what day number one is
    notes: list[str] = field(default_factory=list)


#: Says how well a header fits: the number of known columns, 0 when one that is needed is missing.
Fits = Callable[[Sequence[str]], int]


def open_table(
    path: Path, fits: Fits, *, encoding: str = "", delimiter: str = "", sheet: str = ""
) -> Table:
    """The table of the file whose header fits; Unreadable says why there is none."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
        if not head:
            raise Unreadable(_("The file is empty."))
        if head.startswith(b"PK\x03\x04"):
            return _workbook(path, fits, sheet)
        if head.startswith(b"\xd0\xcf\x11\xe0"):
            raise Unreadable(
                _("This is an old Excel file (.xls) or a protected one: save it as .xlsx or CSV.")
            )
        return _delimited(path, fits, encoding or _encoding(head), delimiter)
    except OSError as error:
        raise Unreadable(
            _("%(path)s cannot be read: %(reason)s.") % {"path": path, "reason": error.strerror}
        ) from None


def _encoding(head: bytes) -> str:
    return next((name for mark, name in MARKS.items() if head.startswith(mark)), "utf-8")


class _Counted(io.RawIOBase):
    """The bytes of a file, counted as they are read."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read = self.file.readinto(buffer) or 0  # type: ignore[attr-defined]  # a raw file has it
        self.count += read
        return read

    def close(self) -> None:
        self.file.close()
        super().close()


def _delimited(path: Path, fits: Fits, encoding: str, delimiter: str) -> Table:
    csv.field_size_limit(LONGEST_CELL)
    best: tuple[int, str, int, list[str]] = (0, "", 0, [])
    seen: list[str] = []
    for candidate in (delimiter,) if delimiter else DELIMITERS:
        for number, cells in enumerate(_first_rows(path, encoding, candidate), 1):
            names = [name.strip() for name in cells]
            seen = max(seen, names, key=len)
            if fits(names) > best[0]:
                best = (fits(names), candidate, number, names)
    if not best[0]:
        raise Unreadable(_missing(seen))
    _score, chosen, above, header = best
    counted = _Counted(path.open("rb", buffering=0))
    lines = io.TextIOWrapper(
        io.BufferedReader(counted, 1 << 20), encoding, "surrogateescape", newline=""
    )
    rows = _numbered(lines, chosen, above, len(header))
    return Table(header, rows, path.stat().st_size, lambda: counted.count)


def _missing(seen: Sequence[str]) -> str:
    shown = ", ".join(name for name in seen if name)[:300]
    return _("No row of the file looks like the header the mapping expects. Found: %(names)s.") % {
        "names": shown or "—"
    }


def _first_rows(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    try:
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as lines:
            reader = csv.reader(lines, delimiter=delimiter)
            for _number in range(ABOVE_HEADER):
                row = next(reader, None)
                if row is None:
                    return
                yield row
    except (csv.Error, UnicodeError):
        return
    except LookupError:
        raise Unreadable(
            _("There is no encoding called “%(name)s”.") % {"name": encoding}
        ) from None


def _numbered(lines: io.TextIOWrapper, delimiter: str, above: int, width: int) -> Iterator[Row]:
    """Strict: a quote that is never closed would otherwise swallow the rest of the file."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    with lines:
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                if number > above:
                    yield Row(number, (), _quoting(str(error)))
                continue
            except UnicodeError:
                # Only of encodings of two bytes: nothing after it can be trusted.
                yield Row(number, (), _("The file breaks off in the middle of a letter."))
                return
            if number <= above or not any(cell.strip() for cell in cells):
                continue
            yield Row(number, cells, _shape(cells, width))


def _quoting(error: str) -> str:
    if "unexpected end" in error:
        return _("A quotation mark is opened and never closed; nothing was read after it.")
    if "larger than field limit" in error:
        return _("A cell is too long.")
    return _("Quotation marks inside a cell are not doubled.")


def _shape(cells: Sequence[Any], width: int) -> str:
    if any(str(cell).strip() for cell in cells[width:] if cell is not None):
        return _("The row has more cells than the header: %(cells)d instead of %(width)d.") % {
            "cells": len(cells),
            "width": width,
        }
    if any("\udc80" <= sign <= "\udcff" for cell in cells for sign in _signs(cell)):
        return _("Letters are not in the encoding of the file. Name the encoding with --encoding.")
    return ""


def _signs(cell: Any) -> str:
    """What has to be looked at: plain cells have no letter of a wrong encoding."""
    return cell if isinstance(cell, str) and not cell.isascii() else ""


def _workbook(path: Path, fits: Fits, sheet: str) -> Table:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise Unreadable(_("This is not a workbook, or it is damaged.")) from None
    names = [sheet] if sheet else book.sheetnames
    if sheet and sheet not in book.sheetnames:
        raise Unreadable(
            _("There is no sheet “%(sheet)s”. There are: %(names)s.")
            % {"sheet": sheet, "names": ", ".join(book.sheetnames)}
        )
    seen: list[str] = []
    for name in names:
        page = book[name]
        if not hasattr(page, "reset_dimensions"):
            continue  # a chart
        # Some programs write a wrong size; the rows themselves know better.
        page.reset_dimensions()
        for number, cells in enumerate(page.iter_rows(max_row=ABOVE_HEADER, values_only=True), 1):
            header = ["" if cell is None else str(cell).strip() for cell in cells]
            while header and not header[-1]:
                header.pop()
            seen = max(seen, header, key=len)
            if fits(header):
                return _sheet(page, number, header, book.epoch)
    raise Unreadable(_missing(seen))


def _sheet(page: Any, above: int, header: list[str], epoch: Any) -> Table:
    progress = [0]
    rows = _sheet_rows(page, above, len(header), progress)
    return Table(header, rows, 0, lambda: progress[0], epoch=epoch)


def _sheet_rows(page: Any, above: int, width: int, progress: list[int]) -> Iterator[Row]:
    for number, cells in enumerate(page.iter_rows(values_only=True), 1):
        progress[0] = number
        if number <= above or not any(cell is not None and str(cell).strip() for cell in cells):
            continue
        yield Row(number, cells, _shape(cells, width))

"""The directory as CSV, and a CSV read into rows: every wrong cell with its row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from people.models import Structure
from routing.directory.columns import COLUMNS, Wrong, guarded, unguarded

#: Rows of one file, and its size in characters.
MOST_ROWS = 1000
LONGEST = 1_000_000


@dataclass(frozen=True)
class Fault:
    """What is wrong, where: the row as a spreadsheet numbers it, the column by its heading."""

    row: int
    column: str
    words: str


@dataclass
class Line:
    """One row of the file as far as it could be read."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return str(self.values.get("code", ""))


def structures() -> Any:
    """Everything the table tells, in three statements."""
    return (
        Structure.objects.select_related("parent", "successor")
        .prefetch_related("competence__topic")
        .order_by("path")
    )


def written() -> Iterator[str]:
    """The whole directory, line by line; the same file can be read back."""
    out = io.StringIO()
    writer = csv.writer(out)

    def flush() -> str:
        text = out.getvalue()
        out.seek(0)
        out.truncate()
        return text

    writer.writerow(COLUMNS)
    yield "\ufeff" + flush()
    for row in structures():
        writer.writerow([guarded(column.write(row)) for column in COLUMNS.values()])
        yield flush()


def decoded(raw: bytes) -> str:
    """UTF-8 with or without a mark; UTF-16 as spreadsheets save "Unicode text"."""
    for letters in ("utf-8-sig", "utf-16"):
        if letters == "utf-16" and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            return raw.decode(letters)
        except UnicodeDecodeError:
            continue
    raise Wrong(_("This is no text in UTF-8. Save the table as “CSV UTF-8”."))


def read(text: str) -> tuple[list[Line], list[Fault]]:
    """Rows and faults; a fault of the headings stops the reading."""
    if len(text) > LONGEST or "\0" in text:
        return [], [Fault(1, "", _("This file is too large, or no table."))]
    # A browser sends line ends of its own: what was looked at and what comes back must be equal.
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = text.partition("\n")[0]
    separator = max((",", ";", "\t"), key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        headings = [name.strip().lower() for name in next(rows, [])]
        faults = _check_headings(headings)
        if faults:
            return [], faults
        return _lines(rows, headings)
    except csv.Error as error:
        return [], [Fault(rows.line_num, "", str(error))]


def _check_headings(headings: list[str]) -> list[Fault]:
    if "code" not in headings:
        return [Fault(1, "code", _("The first row names the columns; “code” is not among them."))]
    unknown = [name for name in headings if name not in COLUMNS]
    faults = [Fault(1, name, _("There is no such column.")) for name in unknown]
    twice = {name for name in headings if headings.count(name) > 1}
    return faults + [Fault(1, name, _("The column stands twice.")) for name in sorted(twice)]


def _lines(rows: Any, headings: list[str]) -> tuple[list[Line], list[Fault]]:
    lines: list[Line] = []
    faults: list[Fault] = []
    known: dict[str, int] = {}
    for cells in rows:
        number = rows.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(lines) >= MOST_ROWS:
            faults.append(Fault(number, "", _("Not more than %(n)d rows.") % {"n": MOST_ROWS}))
            break
        if len(cells) > len(headings):
            faults.append(Fault(number, "", _("The row has more cells than there are columns.")))
            continue
        line = Line(number)
        for name, cell in zip(headings, cells, strict=False):
            try:
                line.values[name] = COLUMNS[name].read(unguarded(cell))
            except Wrong as wrong:
                faults.append(Fault(number, name, str(wrong)))
        if line.code in known:
            faults.append(
                Fault(
                    number, "code", _("The code stands in row %(n)d too.") % {"n": known[line.code]}
                )
            )
        known.setdefault(line.code, number)
        lines.append(line)
    return lines, faults

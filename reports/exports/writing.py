"""Writers of very long tables: a row is written and forgotten, memory does not grow with the file.

The workbook is written as its XML, row by row into the zip: for 100,000 rows of 30 columns that is
several times faster than building cells one by one, and text is always text, never a formula.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable
from types import TracebackType
from typing import IO, Protocol, Self
from xml.sax.saxutils import escape

from callcenter.worktime import BAKU
from reports.exports.columns import Value

#: A sheet holds 1,048,576 rows; the next sheet goes on.
ROWS_OF_SHEET = 1_000_000
EPOCH = dt.datetime(1899, 12, 30)
DAY = 86400
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Writer(Protocol):
    """Takes rows one after another; the file is whole when it is left."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def rows(self, rows: Iterable[list[Value]]) -> None: ...


class CsvWriter:
    """UTF-8 with a mark and semicolons, as Excel here opens it; times as they are read."""

    def __init__(self, file: IO[bytes], titles: list[str]) -> None:
        self.text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=False)
        self.csv = csv.writer(self.text, delimiter=";")
        self.csv.writerow(titles)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.text.flush()
        self.text.detach()

    def rows(self, rows: Iterable[list[Value]]) -> None:
        self.csv.writerows([[_plain(value) for value in row] for row in rows])


def _plain(value: Value) -> str | int:
    match value:
        case None:
            return ""
        case dt.datetime():
            return value.astimezone(BAKU).strftime("%d.%m.%Y %H:%M:%S")
        case float():
            return str(value).replace(".", ",")
        case str():
            # A cell that begins so would be computed when opened.
            return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t") else value
    return value


class XlsxWriter:
    """Sheets with a frozen header and filters, dates as dates, numbers as numbers."""

    def __init__(self, file: IO[bytes], titles: list[str]) -> None:
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self.titles = titles
        self.sheets = 0
        self.count = 0
        self.sheet: IO[bytes] | None = None
        self.known: dict[str, str] = {}
        self._begin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *error: object) -> None:
        self._end()
        if kind is None:
            self._frame()
        self.zip.close()

    def rows(self, rows: Iterable[list[Value]]) -> None:
        assert self.sheet is not None
        written = []
        for row in rows:
            if self.count >= ROWS_OF_SHEET:
                self.sheet.write("".join(written).encode())
                written = []
                self._end()
                self._begin()
            self.count += 1
            written.append(f"<row>{''.join([self._cell(value) for value in row])}</row>")
        self.sheet.write("".join(written).encode())

    def _cell(self, value: Value) -> str:
        if value is None or value == "":
            return "<c/>"
        if isinstance(value, str):
            made = self.known.get(value)
            if made is None:
                made = _text(value)
                # Words of dictionaries come again and again; numbers of appeals do not.
                if len(self.known) < 5000 and not value[-1:].isdigit():
                    self.known[value] = made
            return made
        if isinstance(value, dt.datetime):
            apart = value.astimezone(BAKU).replace(tzinfo=None) - EPOCH
            return f'<c s="1"><v>{apart.days + apart.seconds / DAY!r}</v></c>'
        return f"<c><v>{value}</v></c>"

    def _begin(self) -> None:
        self.sheets += 1
        self.count = 1
        self.sheet = self.zip.open(f"xl/worksheets/sheet{self.sheets}.xml", "w", force_zip64=True)
        width = len(self.titles)
        self.sheet.write(
            f"{HEAD}<worksheet {MAIN}>"
            '<sheetViews><sheetView workbookViewId="0"><pane xSplit="1" ySplit="1" topLeftCell="B2" '
            'activePane="bottomRight" state="frozen"/></sheetView></sheetViews>'
            f'<cols><col min="1" max="{width}" width="19" customWidth="1"/></cols><sheetData>'
            f"<row>{''.join(_text(title, 2) for title in self.titles)}</row>".encode()
        )

    def _end(self) -> None:
        if self.sheet is not None:
            last = f"{_letters(len(self.titles))}{self.count}"
            self.sheet.write(f'</sheetData><autoFilter ref="A1:{last}"/></worksheet>'.encode())
            self.sheet.close()
            self.sheet = None

    def _frame(self) -> None:
        """The small parts a workbook is made of besides its sheets."""
        numbers = range(1, self.sheets + 1)
        parts = {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>'
            + "".join(
                f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPE}.worksheet+xml"/>'
                for n in numbers
            )
            + "</Types>",
            "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
            "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELATIONS}"><sheets>'
            + "".join(f'<sheet name="{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
            + "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
            + "".join(
                f'<Relationship Id="r{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
                for n in numbers
            )
            + f'<Relationship Id="styles" Type="{RELATIONS}/styles" Target="styles.xml"/>'
            "</Relationships>",
            "xl/styles.xml": f"<styleSheet {MAIN}>"
            '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd.mm.yyyy hh:mm"/></numFmts>'
            '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
            '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
            '<fills count="2"><fill><patternFill patternType="none"/></fill>'
            '<fill><patternFill patternType="gray125"/></fill></fills>'
            '<borders count="1"><border/></borders>'
            '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
            '<cellXfs count="3"><xf xfId="0"/><xf numFmtId="164" applyNumberFormat="1" xfId="0"/>'
            '<xf fontId="1" applyFont="1" xfId="0"/></cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
            "</styleSheet>",
        }
        for name, text in parts.items():
            self.zip.writestr(name, HEAD + text)


def _text(value: str, style: int = 0) -> str:
    look = f' s="{style}"' if style else ""
    kept = escape(_BAD.sub("", value))
    return f'<c t="inlineStr"{look}><is><t xml:space="preserve">{kept}</t></is></c>'


def _letters(number: int) -> str:
    """1 is A, 27 is AA."""
    text = ""
    while number:
        number, left = divmod(number - 1, 26)
        text = chr(65 + left) + text
    return text


WRITERS: dict[str, type[CsvWriter] | type[XlsxWriter]] = {"csv": CsvWriter, "xlsx": XlsxWriter}

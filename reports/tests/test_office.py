"""The Word file opens clean: by LibreOffice where it is at hand, by the rules of its format always."""

from __future__ import annotations

import csv
import datetime as dt
import io
import posixpath
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from lxml import etree

from appeals.kinds import Kind
from callcenter.worktime import BAKU
from reports import actions
from reports.document import Document
from reports.documents import docx, xlsx
from reports.documents.words import cell_text
from reports.files import commented_document
from reports.periods import parse
from reports.tests.test_life import HOSTILE
from tests.cast import Cast

pytestmark = pytest.mark.django_db
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
#: Where the standard wants each part of a cell's, a row's and a run's settings.
ORDER = {
    "tcPr": ["tcW", "gridSpan", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "vAlign"],
    "trPr": ["cantSplit", "tblHeader"],
    "pPr": ["pStyle", "keepNext", "keepLines", "pageBreakBefore", "numPr", "pBdr", "shd", "tabs",
            "spacing", "ind", "jc", "outlineLvl", "rPr", "sectPr"],
    "rPr": ["rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "color", "spacing", "sz", "szCs",
            "u", "shd", "lang"],
}  # fmt: skip


@pytest.fixture
def document(cast: Cast, make_appeal: Any) -> Document:
    """A report with tables, charts and a text full of other languages' code."""
    for day in (5, 6, 26):
        with time_machine.travel(dt.datetime(2026, 10, day, 11, tzinfo=BAKU), tick=False):
            make_appeal(kind=Kind.COMPLAINT)
            make_appeal(kind=Kind.PROPOSAL)
    run = actions.build(actions.ask_report(parse("2026-10"), by=cast.head).pk)
    actions.comment(run.pk, by=cast.head, commentary=HOSTILE, proposals="Bir\n\nİki")
    run.refresh_from_db()
    return commented_document(run)


def test_the_word_file_keeps_the_rules_of_its_format(document: Document) -> None:
    package = zipfile.ZipFile(io.BytesIO(docx.render(document)))
    assert package.testzip() is None
    names = set(package.namelist())
    for name in names:
        if name.endswith((".xml", ".rels")):
            etree.fromstring(package.read(name))
    # Whatever a part refers to is there.
    for name in names:
        if not name.endswith(".rels"):
            continue
        folder = Path(name).parent.parent
        for one in etree.fromstring(package.read(name)).iter(f"{PACKAGE}Relationship"):
            if one.get("TargetMode") != "External":
                target = one.get("Target")
                whole = target[1:] if target.startswith("/") else f"{folder}/{target}"
                assert posixpath.normpath(whole) in names, target
    body = etree.fromstring(package.read("word/document.xml"))
    styles = etree.fromstring(package.read("word/styles.xml"))
    known = {style.get(f"{W}styleId") for style in styles.iter(f"{W}style")}
    used = {
        one.get(f"{W}val") for tag in ("pStyle", "rStyle", "tblStyle") for one in body.iter(W + tag)
    }
    assert used <= known
    for part, order in ORDER.items():
        for one in body.iter(W + part):
            found = [child.tag.removeprefix(W) for child in one]
            assert set(found) <= set(order), (part, found)
            assert found == sorted(found, key=order.index), (part, found)
    for table in body.iter(f"{W}tbl"):
        columns = len(table.find(f"{W}tblGrid"))
        for row in table.iter(f"{W}tr"):
            assert len(row.findall(f"{W}tc")) == columns
        # A table ends with a paragraph after it, as Word wants.
        assert table.getnext() is not None and table.getnext().tag in (f"{W}p", f"{W}tbl")
    for cell in body.iter(f"{W}tc"):
        assert cell[-1].tag == f"{W}p"
    ids = [one.get("id") for one in body.iter() if one.tag.endswith("}docPr")]
    assert len(ids) == len(set(ids)) and all(
        one.get("descr") for one in body.iter() if one.tag.endswith("}docPr")
    )


needs_office = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed"
)
#: Every sheet of a workbook to a file of its own, values as they are: comma, quotes, UTF-8.
SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"


def converted(source: Path, to: str) -> None:
    """Opened by another program and saved anew."""
    # A profile of its own: the one of whoever runs the tests may be locked, absent or read-only.
    home = source.parent
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless",
         "--norestore", "--convert-to", to, "--outdir", str(home), str(source)],
        check=True, timeout=120, capture_output=True,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    )  # fmt: skip


@needs_office
def test_libreoffice_opens_the_word_file_and_reads_the_same(
    document: Document, tmp_path: Path
) -> None:
    source = tmp_path / "report.docx"
    source.write_bytes(docx.render(document))
    converted(source, "txt:Text (encoded):UTF8")
    lines = (tmp_path / "report.txt").read_text("utf-8-sig").splitlines()
    shown = {line.strip() for line in lines}
    assert document.title in shown and HOSTILE in shown
    for table in document.tables:
        for row in table.rows:
            for column, cell in zip(table.columns, row, strict=True):
                assert cell_text(column, cell, table.empty) in shown, (table.code, cell)


@needs_office
def test_libreoffice_opens_the_workbook_and_reads_the_same(
    document: Document, tmp_path: Path
) -> None:
    source = tmp_path / "report.xlsx"
    source.write_bytes(xlsx.render(document))
    converted(source, SHEETS)
    used: set[str] = set()
    for table in document.tables:
        name = xlsx.sheet_name(table, used)
        text = (tmp_path / f"report-{name}.csv").read_text("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[0] == [column.label for column in table.columns]
        for row, read in zip(table.rows, rows[1:], strict=False):
            for column, cell, value in zip(table.columns, row, read, strict=True):
                if isinstance(cell, int | Decimal):
                    assert Decimal(value) == cell, (name, row)
                elif isinstance(cell, str) or cell is None:
                    assert value == cell_text(column, cell, table.empty), (name, row)

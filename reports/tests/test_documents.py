"""Page, PDF, Word and workbook of one report tell the same figures; each is read back."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from decimal import Decimal
from html import unescape
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client
from django.utils import translation
from docx import Document as Word
from pypdf import PdfReader

from appeals import actions as actions_of_appeals
from appeals.kinds import Kind, Language
from appeals.models import Ground, Outcome, Topic
from callcenter.worktime import BAKU
from reports import actions
from reports.blocks import BLOCKS, Context
from reports.composing import compose
from reports.document import Commentary, Document, Heading, Sentences
from reports.documents import docx, pdf, xlsx
from reports.documents.words import cell_text
from reports.facts.filling import fill
from reports.figures.computing import Asked
from reports.figures.computing import read as read_figures
from reports.files import commented_document
from reports.periods import Period, Sort, parse
from reports.tables import Table
from reports.tests.reading import docx_text, pdf_text
from routing import actions as routing
from tests.cast import Cast

pytestmark = pytest.mark.django_db
OCTOBER = parse("2026-10")
BUILT = dt.datetime(2026, 11, 2, 7, tzinfo=BAKU)


@pytest.fixture
def world(cast: Cast, make_appeal: Any) -> None:
    """A little of everything in October, something in September and a year before."""
    days = [(2025, 10, 9), (2026, 9, 7), (2026, 10, 5), (2026, 10, 6), (2026, 10, 26)]
    for number, day in enumerate(days):
        with time_machine.travel(dt.datetime(*day, 11, tzinfo=BAKU), tick=False):
            make_appeal(kind=Kind.COMPLAINT if number % 2 else Kind.APPLICATION)
            make_appeal(kind=Kind.PROPOSAL)


@pytest.fixture
def everything(cast: Cast, world: None, make_appeal: Any) -> None:
    """Beside the little: a topic that grew, referrals answered in time and late, one returned,
    appeals answered at once, closed with outcomes, left, and overdue."""
    satisfied = Outcome.objects.get(code="satisfied")
    vat = Topic.objects.get(code="tax-vat")

    def on(day: int) -> Any:
        return time_machine.travel(dt.datetime(2026, 10, day, 11, tzinfo=BAKU), tick=False)

    with on(7):
        grown = [make_appeal(topic=vat, caller_phone=f"05011100{n:02}") for n in range(7)]
        make_appeal(kind=Kind.QUESTION, answer="Bəli", outcome=satisfied, language=Language.RU)
        sent = [
            routing.refer(one.pk, by=cast.head, structure=where, client_id=uuid.uuid4()).pk
            for one, where in zip(
                grown, (cast.unit, cast.unit, cast.unit, cast.other), strict=False
            )
        ]
    with on(9):
        routing.accept(sent[0], by=cast.unit_user)
        routing.approve(sent[0], by=cast.unit_head, text="Cavab")
        routing.return_referral(sent[3], by=cast.other_user, reason="Bizim deyil")
        actions_of_appeals.close(grown[0].pk, by=cast.head, outcome=satisfied, text="Cavab")
        actions_of_appeals.close(
            grown[4].pk, by=cast.head, outcome=Outcome.objects.get(code="explained"), text="Cavab"
        )
        actions_of_appeals.leave(
            grown[5].pk, by=cast.head, ground=Ground.objects.first(), reason="Məhkəmədədir"
        )
        actions_of_appeals.rate(grown[0].pk, by=cast.aysel, score=5)
        actions_of_appeals.rate(grown[4].pk, by=cast.aysel, score=4)
    with on(30):
        routing.accept(sent[1], by=cast.unit_user)
        routing.approve(sent[1], by=cast.unit_head, text="Gec cavab")
    fill()


def lines_of(table: Table) -> list[list[str]]:
    """Every cell as it must be read, totals last."""
    rows = [*table.rows, *([table.totals] if table.totals is not None else [])]
    return [
        [
            cell_text(column, cell, table.empty)
            for column, cell in zip(table.columns, row, strict=True)
        ]
        for row in rows
    ]


def squeezed(text: str) -> str:
    """Without what a line break may add or take."""
    return re.sub(r"[\s\u00ad-]+", "", text)


def test_four_renderings_tell_the_same_figures(cast: Cast, everything: None) -> None:
    """Of every block the product knows, cell by cell and sentence by sentence."""
    run = actions.build(actions.ask_report(OCTOBER, by=cast.head).pk)
    actions.comment(
        run.pk, by=cast.head, commentary="Artım gözlənilirdi.", proposals="Növbə artırılsın."
    )
    run.refresh_from_db()
    document = commented_document(run)
    with translation.override("az"):
        context = Context(OCTOBER, Sort.MONTHLY, BUILT)
        silent = {code for code, block in BLOCKS.items() if not block.make(context)}
    assert not silent, "a block with nothing to say proves nothing"
    satisfaction = next(one for one in document.tables if one.code == "satisfaction")
    overdue = next(one for one in document.tables if one.code == "overdue")
    late = read_figures(["backlog_overdue"], Asked(cast.head, OCTOBER))["backlog_overdue"]
    assert len(overdue.rows) == late.count > 0
    figure = read_figures(["satisfaction"], Asked(cast.head, OCTOBER))["satisfaction"]
    assert list(satisfaction.totals)[-2:] == [figure.count, figure.value] == [2, Decimal("4.5")]
    assert {table.code for table in document.tables} >= {
        "totals", "dynamics", "kinds", "topics", "growth", "structures", "discipline", "overdue",
        "channels", "regions", "languages", "outcomes", "satisfaction",
    }  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(document)))
    word = Word(io.BytesIO(docx.render(document)))
    paper = squeezed(pdf_text(pdf.render(document)))
    client = Client()
    client.force_login(cast.head)
    page = client.get(run.get_absolute_url()).content.decode()
    shown = re.findall(
        r'<section class="panel"[^>]*id="table-([\w-]+)".*?<table(.*?)</table>', page, re.S
    )
    on_page = {code: body for code, body in shown}
    assert len(book.worksheets) == len(word.tables) == len(document.tables) == len(on_page)
    for table, sheet, written in zip(document.tables, book.worksheets, word.tables, strict=True):
        expected = lines_of(table)
        rows = [*table.rows, *([table.totals] if table.totals is not None else [])]
        # Word: every cell as text.
        assert [[cell.text for cell in row.cells] for row in written.rows[1:]] == expected
        # The workbook: numbers as numbers, days as days.
        for at, row in enumerate(rows, start=2):
            for place, (column, cell) in enumerate(zip(table.columns, row, strict=True), start=1):
                read = sheet.cell(at, place).value
                if isinstance(cell, int | Decimal):
                    assert Decimal(str(read)) == Decimal(cell)
                elif isinstance(cell, dt.date):
                    assert read.date() == cell
                else:
                    assert str(read) == cell_text(column, cell, table.empty)
        # The page: the same cells in the same order.
        cells = re.findall(
            r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", on_page[table.code].split("</thead>")[1], re.S
        )
        shown_cells = [re.sub(r"<[^>]+>", "", one).strip() for one in cells]
        flat = [one for line in expected for one in line]
        assert shown_cells == [one.replace("&", "&amp;") for one in flat]
        # The PDF: each row of the table in one stretch.
        for line in expected:
            assert squeezed("".join(line)) in paper, (table.code, line)
    typed = [block.text for block in document.blocks if isinstance(block, Commentary)]
    told = [one for block in document.blocks if isinstance(block, Sentences) for one in block.items]
    heads = [block.text for block in document.blocks if isinstance(block, Heading)]
    assert len(typed) == 2 and len(told) >= 12 and len(heads) >= 10
    plain = squeezed(unescape(re.sub(r"<[^>]+>", "", page)))
    written_text = squeezed(docx_text(docx.render(document)))
    for text in (*typed, *told):
        assert squeezed(text) in plain, text
    for text in (*typed, *told, *heads):  # on the page a table's panel has its title
        assert squeezed(text) in written_text and squeezed(text) in paper, text


def test_the_pdf_is_tagged_named_and_numbered(world: None) -> None:
    document = compose(OCTOBER, Sort.MONTHLY, "az", BUILT)
    content = pdf.render(document)
    assert content == pdf.render(document)
    reader = PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "az" and "/StructTreeRoot" in root
    assert reader.metadata is not None and reader.metadata.title.startswith(document.title)
    assert len(reader.outline) >= 2
    assert document.organisation in reader.pages[0].extract_text()
    last = reader.pages[-1].extract_text()
    assert f"{len(reader.pages) - 1} / {len(reader.pages) - 1}" in last
    # Charts are drawings, not pictures.
    assert not any(page.images for page in reader.pages)


def test_word_has_real_headings_and_repeated_header_rows(world: None) -> None:
    document = compose(OCTOBER, Sort.MONTHLY, "az", BUILT)
    word = Word(io.BytesIO(docx.render(document)))
    headings = [p.text for p in word.paragraphs if p.style.name.startswith("Heading")]
    assert len(headings) >= 8
    for table in word.tables:
        assert "w:tblHeader" in table.rows[0]._tr.xml and "w:cantSplit" in table.rows[0]._tr.xml


def test_the_workbook_has_frozen_headers_and_no_formulas(world: None) -> None:
    document = compose(OCTOBER, Sort.MONTHLY, "az", BUILT)
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(document)))
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "B2" and sheet.print_title_rows == "$1:$1"
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("language", ["az", "en", "ru"])
def test_a_period_without_appeals_makes_a_report_all_the_same(db: None, language: str) -> None:
    document = compose(parse("2001-01"), Sort.MONTHLY, language, BUILT)
    for renderer in (pdf, docx, xlsx):
        assert renderer.render(document)
    assert document.tables[0].rows[0][1] == 0


def test_one_appeal_makes_a_report(make_appeal: Any) -> None:
    with time_machine.travel(dt.datetime(2026, 10, 5, 11, tzinfo=BAKU), tick=False):
        make_appeal(kind=Kind.COMPLAINT)
    document = compose(OCTOBER, Sort.MONTHLY, "az", BUILT)
    assert document.tables[0].rows[0][1] == 1
    assert "Müraciətin növü: şikayət." in document.canonical()
    for renderer in (pdf, docx, xlsx):
        assert renderer.render(document)


def test_a_document_survives_the_way_to_json(world: None) -> None:
    for sort, text in (
        (Sort.MONTHLY, "2026-10"),
        (Sort.ANNUAL, "2026"),
        (Sort.QUARTERLY, "2026-Q4"),
    ):
        document = compose(parse(text), sort, "az", BUILT)
        again = Document.from_dict(document.to_dict())
        assert again == document and again.digest() == document.digest()


def test_the_figures_of_a_small_october(world: None) -> None:
    document = compose(OCTOBER, Sort.MONTHLY, "az", BUILT)
    by_code = {table.code: table for table in document.tables}
    received = by_code["totals"].rows[0]
    # now, before, difference, per cent, a year ago, difference, per cent
    assert [*received[1:]] == [6, 2, 4, 200, 2, 4, 200]
    dynamics = {row[0]: row[1] for row in by_code["dynamics"].rows}
    assert (dynamics[dt.date(2026, 10, 5)], dynamics[dt.date(2026, 10, 7)]) == (2, 0)
    assert by_code["dynamics"].totals is not None and by_code["dynamics"].totals[1] == 6


def test_each_sort_of_report_is_built(world: None) -> None:
    week = Period(dt.date(2026, 10, 5), dt.date(2026, 10, 11))
    for sort, period in (
        (Sort.DAILY, Period(dt.date(2026, 10, 5), dt.date(2026, 10, 5))),
        (Sort.WEEKLY, week),
        (Sort.QUARTERLY, parse("2026-Q4")),
        (Sort.HALF_YEAR, parse("2026-H2")),
        (Sort.ANNUAL, parse("2026")),
        (Sort.CUSTOM, Period(dt.date(2026, 10, 2), dt.date(2026, 11, 17))),
    ):
        document = compose(period, sort, "az", BUILT)
        assert pdf.render(document)
        assert {"totals", "kinds"} <= {table.code for table in document.tables}


def test_long_words_of_a_label_may_be_divided_where_syllables_meet() -> None:
    """Ten columns stand side by side; short words and other tables' labels stay as they are."""
    assert pdf.breakable("Cavablandırılıb") == "Cavab\u00adlan\u00addı\u00adrı\u00adlıb"
    assert pdf.breakable("Gec göndərilib") == "Gec gön\u00addə\u00adri\u00adlib"
    assert pdf.breakable("Daxil olub, %") == "Daxil olub, %"
    assert pdf.breakable("Возвращено").replace("\u00ad", "") == "Возвращено"

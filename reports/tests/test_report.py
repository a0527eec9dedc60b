"""A hand-computed small world; every format of the report tells the same figures."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from decimal import Decimal

import openpyxl
import pytest
import time_machine
from docx import Document as Word

from appeals.actions import register
from appeals.actions.intake import Intake
from appeals.kinds import Kind
from appeals.models import Outcome, TermRule, Topic
from callcenter.errors import RuleBroken
from callcenter.worktime import BAKU
from people.models import Role, User
from reports.actions import ask_periodic_report, ask_report, build, unfinished
from reports.composing import compose
from reports.documents import docx, pdf, xlsx
from reports.documents.words import cell_text
from reports.facts.filling import fill
from reports.figures import totals
from reports.lifecycle import Status
from reports.periods import Period, Sort, parse

pytestmark = pytest.mark.django_db
OCTOBER = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))


@pytest.fixture
def world() -> None:
    """October 2026: two complaints, one question answered at once; September: one proposal."""
    operator = User.objects.create_user("report-operator", password="x", role=Role.OPERATOR)
    topic = Topic.objects.create(
        code="cash", path="/cash/", name_az="Kassa aparatı", valid_from="2020-01-01"
    )
    outcome = Outcome.objects.create(code="explained", name_az="izahat verilib")
    TermRule.objects.create(
        code="complaint", kind=Kind.COMPLAINT, step=TermRule.Step.ANSWER, quantity=15,
        unit=TermRule.Unit.WORKING_DAYS, source="10.1", certainty="Q2", valid_from="2016-01-01",
    )  # fmt: skip

    def comes(day: int, month: int, kind: str, **more: object) -> None:
        with time_machine.travel(dt.datetime(2026, month, day, 11, tzinfo=BAKU), tick=False):
            intake = Intake(kind=kind, topic=topic, text="Mətn", caller_phone="0502123456", **more)
            register(by=operator, client_id=uuid.uuid4(), intake=intake)

    comes(5, 10, Kind.COMPLAINT)
    comes(6, 10, Kind.COMPLAINT)
    comes(7, 10, Kind.QUESTION, answer="Bəli", outcome=outcome)
    comes(7, 9, Kind.PROPOSAL)
    fill()


def test_the_totals_of_a_small_world(world) -> None:
    october = totals(OCTOBER)
    assert (october.received, october.complaints, october.questions) == (3, 2, 1)
    assert (october.answered_at_once, october.ended, october.ended_late) == (1, 1, 0)
    # Registered on 5 and 6 October with 15 working days: due on 26 and 27 October.
    assert october.overdue == 2
    assert october.on_time_share is None  # the one that ended had no term
    assert totals(OCTOBER.previous()).proposals == 1


def test_an_empty_period_divides_by_nothing(db) -> None:
    empty = totals(Period(dt.date(2001, 1, 1), dt.date(2001, 1, 31)))
    assert (empty.received, empty.on_time_share, empty.median_days) == (0, None, None)


def test_word_and_excel_tell_the_figures_of_the_document(world) -> None:
    document = compose(OCTOBER, Sort.MONTHLY, "az", dt.datetime(2026, 11, 2, 7, tzinfo=BAKU))
    book = openpyxl.load_workbook(io.BytesIO(xlsx.render(document)))
    word = Word(io.BytesIO(docx.render(document)))
    assert len(book.worksheets) == len(word.tables) == len(document.tables)
    for table, sheet, written in zip(document.tables, book.worksheets, word.tables, strict=True):
        lines = [*table.rows, *([table.totals] if table.totals is not None else [])]
        for at, row in enumerate(lines, start=1):
            for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                read = sheet.cell(at + 1, place + 1).value
                if column.is_number and cell is not None:
                    assert Decimal(str(read)) == Decimal(cell)
                text = cell_text(column, cell, table.empty)
                assert written.rows[at].cells[place].text == text


def test_the_pdf_is_the_same_to_the_byte_for_the_same_document(world) -> None:
    document = compose(OCTOBER, Sort.MONTHLY, "az", dt.datetime(2026, 11, 2, 7, tzinfo=BAKU))
    first = pdf.render(document)
    assert first.startswith(b"%PDF")
    assert first == pdf.render(document)


def test_a_built_report_stays_as_it_was(world) -> None:
    run = build(ask_report(OCTOBER, by=None).pk)
    assert run.state == Status.BUILT
    assert unfinished() == []
    Topic.objects.update(name_az="Başqa")
    again = build(run.pk)
    assert (again.digest, again.document) == (run.digest, run.document)


def test_the_monthly_report_is_asked_once_on_the_first_working_day(db) -> None:
    assert ask_periodic_report(dt.date(2026, 11, 1)) is None  # a Sunday
    run = ask_periodic_report(dt.date(2026, 11, 2))
    again = ask_periodic_report(dt.date(2026, 11, 2))
    assert run is not None and again is not None and run.pk == again.pk
    assert (run.first, run.last) == (OCTOBER.first, OCTOBER.last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("2026-h2", "2026-07-01", "2026-12-31"),
        ("2026-10-01..2026-10-15", "2026-10-01", "2026-10-15"),
    ],
)
def test_periods_are_read(text: str, first: str, last: str) -> None:
    period = parse(text)
    assert (str(period.first), str(period.last)) == (first, last)


@pytest.mark.parametrize(
    "text", ["", "october", "2026-13", "1900", "2026-10-15..2026-10-01", "2026-Q5", "9999-12"]
)
def test_a_bad_period_says_so_beside_its_field(text: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        parse(text)
    assert refused.value.field == "period"


def test_the_same_month_a_year_before_knows_leap_years() -> None:
    assert parse("2025-02").year_before() == Period(dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    assert parse("2026-01").previous() == Period(dt.date(2025, 12, 1), dt.date(2025, 12, 31))


def test_what_is_due_after_today_is_not_overdue_in_a_period_that_lasts(world) -> None:
    """A report of the year built in October tells yesterday's end, as the dashboards do."""
    with time_machine.travel(dt.datetime(2026, 10, 27, 12, tzinfo=BAKU), tick=False):
        year = totals(Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
    assert year.overdue == 1  # due on the 26th; the other only today

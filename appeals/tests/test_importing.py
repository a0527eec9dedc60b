"""Taking over journals of other systems: what is taken, what is refused and why, and never twice."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone, translation
from openpyxl import Workbook

from appeals import actions
from appeals.actions import history
from appeals.importing import batches, mapping, places
from appeals.importing.places import names_of
from appeals.importing.reading import open_table
from appeals.importing.values import Reader
from appeals.journal import faults
from appeals.kinds import Kind
from appeals.lifecycle import STATUSES, Status
from appeals.models import Appeal, Applicant, Clock, Notice, Outcome, RegistrationYear
from callcenter.errors import NotAllowed

pytestmark = pytest.mark.django_db

MAPPING = """
source = "old"
blank = ["N/A"]
[columns]
key = "No"
registered_at = "Opened"
closed_at = "Closed"
due_at = "Due"
kind = "Type"
topic = "Subject"
text = "Text"
answer = "Reply"
status = "State"
structure = "Unit"
channel = "Way"
phone = "Phone"
applicant = "Who"
[dates]
formats = ["%d.%m.%Y %H:%M"]
[constants]
outcome = "explained"
[values.kind]
Grievance = "complaint"
[values.topic]
"Tax*" = "tax-voen"
[values.status]
done = "closed"
new = "registered"
working = "considered"
[values.structure]
"Tax office" = "dvx"
[values.channel]
"" = "phone"
hotline = "phone"
"""
HEADER = ["No", "Opened", "Closed", "Due", "Type", "Subject", "Text", "Reply", "State", "Unit", "Way", "Phone", "Who"]  # fmt: skip
ROW = {
    "No": "1", "Opened": "05.03.2024 10:00", "Closed": "08.03.2024 16:30", "Due": "01.04.2024 18:00",
    "Type": "Grievance", "Subject": "Tax refund", "Text": "Pul qaytarılmır", "Reply": "Qaytarıldı",
    "State": "done", "Unit": "Tax office", "Way": "hotline", "Phone": "050 212 34 56",
    "Who": "Məmmədova Aysel Elçin qızı",
}  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def files(directory, tmp_path) -> Path:
    (tmp_path / "old.toml").write_text(MAPPING, encoding="utf-8")
    return tmp_path


def written(
    folder: Path, *rows: dict[str, object], delimiter: str = ",", encoding: str = "utf-8"
) -> Path:
    """A CSV of the usual row with differences."""
    out = io.StringIO()
    table = csv.writer(out, delimiter=delimiter)
    table.writerow(HEADER)
    for number, different in enumerate(rows, 1):
        row = {**ROW, "No": str(number), **different}
        table.writerow([row[name] for name in HEADER])
    path = folder / "old.csv"
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def imported(path: Path, *options: str) -> str:
    out = io.StringIO()
    call_command(
        "import_appeals", path, "--mapping", path.parent / "old.toml", *options, stdout=out
    )
    return out.getvalue()


def refused(path: Path) -> list[dict[str, str]]:
    beside = path.with_name(f"{path.name}.rejected.csv")
    with beside.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_row_becomes_an_appeal_with_its_own_dates(files) -> None:
    assert "accepted 1, rejected 0, already there 0" in imported(written(files, {}))
    appeal = Appeal.objects.get()
    assert (appeal.kind, appeal.topic.code, appeal.status) == ("complaint", "tax-voen", "closed")
    assert appeal.responsible is not None and appeal.responsible.code == "dvx"
    assert appeal.outcome is not None and appeal.outcome.code == "explained"
    assert appeal.applicant is not None
    assert appeal.applicant.name == "Məmmədova Aysel Elçin qızı"
    assert appeal.caller_phone == "+994502123456"
    local = timezone.localtime(appeal.registered_at)
    assert (local.year, local.month, local.day, local.hour) == (2024, 3, 5, 10)
    assert appeal.number == "ÇM-2024-000001"
    told = list(appeal.entries.order_by("sequence").values_list("kind", "at", "is_imported"))
    assert told == [
        ("import", appeal.registered_at, True),
        ("close", appeal.closed_at, True),
    ]
    assert list(faults()) == []
    assert not Notice.objects.exists()


def test_again_brings_nothing_twice(files) -> None:
    path = written(files, {}, {"Who": "N/A"})
    imported(path)
    assert "accepted 0, rejected 0, already there 2" in imported(path)
    assert Appeal.objects.count() == 2
    assert Applicant.objects.count() == 1
    assert RegistrationYear.objects.get(year=2024).last == 2


def test_a_trial_writes_nothing(files) -> None:
    path = written(files, {}, {"State": "gone"})
    out = imported(path, "--dry-run")
    assert "accepted 1, rejected 1, already there 0" in out
    assert not Appeal.objects.exists()
    imported(path)
    assert "accepted 0, rejected 1, already there 1" in imported(path, "--dry-run")


@pytest.mark.parametrize(
    ("different", "column", "reason"),
    [
        ({"No": ""}, "No", "key is missing"),
        ({"Opened": ""}, "Opened", "registration is missing"),
        ({"Opened": "31.02.2024 10:00"}, "Opened", "is not a day"),
        ({"Opened": "yesterday"}, "Opened", "is not a day"),
        ({"Opened": "01.01.1900 00:00"}, "Opened", "year 1900"),
        ({"Opened": "01.01.2090 00:00"}, "Opened", "future"),
        ({"Closed": "04.03.2024 10:00"}, "Closed", "before the registration"),
        ({"Closed": ""}, "closed_at", "no day of closing"),
        ({"Type": "Poem"}, "Type", "“Poem” is not known"),
        ({"Type": "N/A"}, "Type", "missing"),
        ({"Subject": "Moon"}, "Subject", "“Moon” is not known"),
        ({"Unit": "Moon office"}, "Unit", "“Moon office” is not known"),
        ({"Way": "pigeon"}, "Way", "“pigeon” is not known"),
        ({"State": "merged"}, "State", "“merged” is not known"),
        ({"Text": " \u200e "}, "Text", "text is missing"),
        ({"Text": "x" * 1_000_000}, "Text", "Longer than 100000 characters: 1000000"),
        ({"Phone": "5" * 41}, "Phone", "Longer than 40"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_row_column_and_reason(
    files, different, column, reason
) -> None:
    path = written(files, {}, different, {})
    assert "accepted 2, rejected 1, already there 0" in imported(path)
    (row,) = refused(path)
    assert row["row"] == "3"
    assert row["column"] in (column, HEADER[HEADER.index(column)] if column in HEADER else "Closed")
    assert reason in row["reason"]


def test_the_refused_rows_can_be_corrected_and_imported_themselves(files) -> None:
    path = written(files, {"State": "gone"}, {})
    imported(path)
    beside = path.with_name("old.csv.rejected.csv")
    corrected = path.with_name("corrected.csv")
    corrected.write_text(beside.read_text("utf-8-sig").replace("gone", "done"), "utf-8")
    assert "accepted 1, rejected 0, already there 0" in imported(corrected)
    assert Appeal.objects.count() == 2


def test_a_clean_import_leaves_no_list_of_refused_rows(files) -> None:
    imported(written(files, {"State": "gone"}))
    path = written(files, {"State": "done"})
    imported(path)
    assert not path.with_name("old.csv.rejected.csv").exists()


def test_rows_of_one_key(files) -> None:
    """The same row twice is one; two rows that differ cannot both be right."""
    path = written(files, {"No": "7"}, {"No": "7"}, {"No": "7", "Text": "Başqa"})
    for expected in ("accepted 1, rejected 1, already there 1", "accepted 0, rejected 1, already there 2"):  # fmt: skip
        assert expected in imported(path)
    (row,) = refused(path)
    assert row["row"] == "4" and "row 2" in row["reason"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_and_marks_are_found(files, delimiter, encoding) -> None:
    text = 'Sətir; "bir", iki|üç\nikinci sətir\tson'
    path = written(files, {"Text": text}, {}, delimiter=delimiter, encoding=encoding)
    assert "accepted 2" in imported(path)
    assert Appeal.objects.get(source_key="1").text == text


def test_another_encoding_is_named(files) -> None:
    path = written(files, {"Text": "Жалоба", "Who": "", "Reply": ""}, {"Text": "plain", "Who": "", "Reply": ""}, encoding="cp1251")  # fmt: skip
    assert "accepted 1, rejected 1" in imported(path)
    (row,) = refused(path)
    assert row["row"] == "2" and "--encoding" in row["reason"]
    assert "accepted 1, rejected 0, already there 1" in imported(path, "--encoding", "cp1251")
    assert Appeal.objects.get(source_key="1").text == "Жалоба"
    with pytest.raises(CommandError, match="no encoding called"):
        imported(path, "--encoding", "klingon")


def test_what_an_export_puts_around_the_table(files) -> None:
    """A title above, empty lines, empty columns at the end, cells cut off at the end of a row."""
    path = written(files, {})
    lines = path.read_text("utf-8").splitlines()
    short = ",".join(["2", *[ROW[name] for name in HEADER[1:-2]]])
    text = "\r\n".join(["Export of 2024", "", lines[0] + ",,", "", lines[1] + ",,", short, ""])
    path.write_text(text, "utf-8")
    assert "accepted 2, rejected 0" in imported(path)


def test_broken_rows_do_not_take_their_neighbours_along(files) -> None:
    path = written(files, {}, {})
    lines = path.read_text("utf-8").splitlines()
    long = lines[2] + ",more,cells"
    broken = lines[2].replace("Pul qaytarılmır", '"Pul" qaytarılmır')
    unclosed = lines[2].replace("Pul qaytarılmır", '"Pul qaytarılmır')
    path.write_text("\n".join([lines[0], long, broken, lines[1], unclosed]), "utf-8")
    assert "accepted 1, rejected 3" in imported(path)
    reasons = [row["reason"] for row in refused(path)]
    assert "more cells" in reasons[0]
    assert "not doubled" in reasons[1]
    assert "never closed" in reasons[2]


def test_a_workbook_with_typed_cells(files) -> None:
    book = Workbook()
    book.active.append(["Some title"])
    book.active.append(HEADER)
    typed = {**ROW, "No": 1.0, "Opened": dt.datetime(2024, 3, 5, 10), "Closed": dt.date(2024, 3, 8), "Due": 45400.5, "Phone": 502123456}  # fmt: skip
    book.active.append([typed[name] for name in HEADER])
    book.active.append([None] * len(HEADER))
    book.active.append([{**typed, "No": 2, "Opened": "#N/A"}[name] for name in HEADER])
    path = files / "old.xlsx"
    book.save(path)
    assert "accepted 1, rejected 1" in imported(path)
    appeal = Appeal.objects.get()
    assert appeal.source_key == "1"
    assert timezone.localtime(appeal.closed_at).date() == dt.date(2024, 3, 8)
    assert timezone.localtime(appeal.due_at) == dt.datetime(
        2024, 4, 18, 12, tzinfo=timezone.get_current_timezone()
    )
    assert appeal.caller_phone == "+994502123456"
    assert [row["row"] for row in refused(path)] == ["5"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"a,b\n1,2\n", "Found: a, b"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"PK\x03\x04nonsense", "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_one_line(files, content, reason) -> None:
    path = files / "old.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=reason) as told:
        imported(path)
    assert "\n" not in str(told.value)
    with pytest.raises(CommandError, match="No such file"):
        imported(files / "nothing.csv")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("source = ", "sauce = "), "Unknown part in the mapping: sauce"),
        (('kind = "Type"', 'sort = "Type"'), "Unknown column in the mapping: sort"),
        (('text = "Text"\n', ""), "does not say where “text” is"),
        (('"complaint"', '"poem"'), "does not exist here: kind = poem"),
        (('[columns]', '[columns'), "not a TOML file"),
        (('source = "old"', 'source = "old"\ntimezone = "Moon/Sea"'), "no time zone"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_told_before_anything_is_written(files, change, reason) -> None:
    path = written(files, {})
    (files / "old.toml").write_text(MAPPING.replace(*change), encoding="utf-8")
    with pytest.raises(CommandError, match=reason):
        imported(path)
    assert not Appeal.objects.exists()


def test_open_appeals_go_on_here(files, cast) -> None:
    """With their due day as a running clock, or the law's term where there is none and that is asked."""
    path = written(files, {"State": "new"}, {"State": "working", "Due": ""}, {"State": "new", "Due": "01.01.2024 10:00"})  # fmt: skip
    out = imported(path)
    assert "accepted 3" in out
    assert "left out: 3 closing days of appeals that are not closed" in out
    assert "left out: 1 terms that end before the registration" in out
    first, second, _third = Appeal.objects.order_by("source_key")
    assert (first.status, first.closed_at, first.outcome) == (Status.REGISTERED, None, None)
    assert first.clocks.get().due_at == first.due_at
    assert second.due_at is None
    actions.take(first.pk, by=cast.aysel)
    explained = Outcome.objects.get(code="explained")
    actions.close(first.pk, by=cast.aysel, outcome=explained, text="Hazırdır")
    assert list(faults()) == []

    (files / "old.toml").write_text('terms = "law"\n' + MAPPING, encoding="utf-8")
    imported(written(files, {"No": "9", "State": "new", "Due": ""}))
    assert Clock.objects.get(appeal__source_key="9").rule is not None


def test_stopped_in_the_middle_it_goes_on_where_it_was(files, monkeypatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)
    path = written(files, *[{"Who": ""} for _ in range(7)])
    writes = history._write
    batches_written = []

    def stops(*args, **kwargs):
        if len(batches_written) == 2:
            raise KeyboardInterrupt
        batches_written.append(1)
        writes(*args, **kwargs)

    monkeypatch.setattr(history, "_write", stops)
    with pytest.raises(CommandError, match="go on"):
        imported(path)
    assert Appeal.objects.count() == 4
    monkeypatch.setattr(history, "_write", writes)
    assert "accepted 3, rejected 0, already there 4" in imported(path)
    numbers = list(Appeal.objects.order_by("serial").values_list("source_key", "serial"))
    assert numbers == [(str(n), n) for n in range(1, 8)]
    assert list(faults()) == []


def test_a_row_the_database_refuses_does_not_take_its_batch_along(files, monkeypatch) -> None:
    real = history._appeal

    def spoiled(source, row, by):
        appeal = real(source, row, by)
        if row.key == "2":
            appeal.channel = "x" * 50
        return appeal

    monkeypatch.setattr(history, "_appeal", spoiled)
    path = written(files, {}, {}, {})
    assert "accepted 2, rejected 1, already there 0" in imported(path)
    assert [row["row"] for row in refused(path)] == ["3"]
    assert RegistrationYear.objects.get(year=2024).last == 2


def test_people_are_known_again(files) -> None:
    other = {"Phone": "0503334455", "Who": "“Xəzər Tikinti” Məhdud Məsuliyyətli Cəmiyyəti"}
    imported(written(files, {}, {}, other, {"Phone": "0507778899"}, {"Who": "", "Phone": ""}))
    names = sorted(str(row) for row in Applicant.objects.all())
    assert names == sorted([ROW["Who"], ROW["Who"], other["Who"]])
    nobody = Appeal.objects.get(source_key="5")
    assert nobody.is_anonymous and nobody.applicant is None


def test_statements_do_not_grow_with_the_rows_of_a_batch(
    files, django_assert_max_num_queries
) -> None:
    """Nine statements or ninety rows: the same."""
    counts = []
    for count, start in ((5, 0), (90, 5)):
        rows = [{"No": str(start + n), "Who": "", "State": "done"} for n in range(count)]
        path = written(files, *rows)
        past = list(_read(path))
        with django_assert_max_num_queries(30) as asked:
            assert history.import_past("old", past, by=None) == count
        counts.append(len(asked))
    assert counts[0] == counts[1]


def _read(path: Path):
    known = mapping.read(path.parent / "old.toml")
    table = open_table(path, known.fits)
    reader = Reader(known, table.header, names_of(known))
    return [reader.past(row.cells) for row in table.rows]


def test_only_the_system_imports(files, cast) -> None:
    with pytest.raises(NotAllowed):
        history.import_past("old", _read(written(files, {})), by=cast.head)


def test_every_shipped_mapping_names_only_what_is_here_or_what_it_brings(directory) -> None:
    for known in mapping.shipped():
        places.check(known, places.names_of(known))
        places.add(known)


def test_our_own_table_needs_no_mapping(directory, tmp_path) -> None:
    """Codes and names in any of our languages."""
    with translation.override("az"):
        kind, status = str(Kind.COMPLAINT.label), str(STATUSES[Status.CONSIDERED].label)
    path = tmp_path / "table.csv"
    path.write_text(
        "№;Tarix;Növ;Mövzu;Məzmun;Vəziyyət;Qurum;Dil\n"
        f"77;12.10.2025;{kind};tax-voen;Cavab gecikir;{status};dvx;az\n",
        "utf-8",
    )
    out = io.StringIO()
    call_command("import_appeals", path, stdout=out)
    assert "accepted 1, rejected 0" in out.getvalue()
    appeal = Appeal.objects.get(source_key="77")
    assert (appeal.kind, appeal.status) == ("complaint", "considered")
    assert appeal.due_at is not None

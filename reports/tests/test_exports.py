"""Rows as a file: under the asker's rights, in the background, in parts, until a day."""

from __future__ import annotations

import csv
import datetime as dt
import io
import uuid
from typing import Any

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appeals.kinds import Kind
from callcenter.errors import NotAllowed, RuleBroken
from people.models import AuditEntry, User
from reports import actions
from reports.actions import exporting
from reports.exports import columns, writing
from reports.exports.writing import CsvWriter, XlsxWriter
from reports.models import Export, ExportState
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def asked(by: User, format: str = "xlsx", **query: str) -> Export:
    return actions.ask_export(query, format, by=by, language="az", client_id=uuid.uuid4())


def content(export: Export) -> bytes:
    with default_storage.open(export.path) as file:
        return file.read()


def sheet_of(export: Export) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(content(export)))
    return [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_both_formats_hold_every_appeal_once_with_its_times(
    cast: Cast, make_appeal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "CHUNK", 3)
    made = [make_appeal(kind=Kind.COMPLAINT) for _n in range(8)]
    xlsx = actions.write_export(asked(cast.head).pk)
    text = actions.write_export(asked(cast.head, "csv").pk)
    assert (xlsx.state, xlsx.rows_done, xlsx.rows_total) == (ExportState.READY, 8, 8)
    rows = sheet_of(xlsx)
    assert [row[0] for row in rows[1:]] == [one.number for one in reversed(made)]
    registered = timezone.localtime(made[-1].registered_at).replace(tzinfo=None, microsecond=0)
    assert abs(rows[1][12] - registered) < dt.timedelta(seconds=1)
    lines = list(csv.reader(io.StringIO(content(text).decode("utf-8-sig")), delimiter=";"))
    assert [line[0] for line in lines] == [row[0] for row in rows]
    assert lines[1][12] == f"{registered:%d.%m.%Y %H:%M:%S}"
    assert len({len(line) for line in lines}) == 1 and len(lines[0]) == len(rows[0])


def test_nobody_outside_the_askers_rights_is_in_the_file(cast: Cast, make_appeal: Any) -> None:
    open_one = make_appeal()
    make_appeal(by=cast.head, is_restricted=True)
    seen = actions.write_export(asked(cast.manager, "csv").pk)
    numbers = [line.split(";")[0] for line in content(seen).decode("utf-8-sig").splitlines()[1:]]
    assert numbers == [open_one.number]
    assert actions.write_export(asked(cast.head, "csv").pk).rows_done == 2
    for stranger in (cast.aysel, cast.unit_user, cast.admin):
        with pytest.raises(NotAllowed):
            asked(stranger)


def test_no_person_is_in_the_file(cast: Cast, make_appeal: Any) -> None:
    make_appeal(text="Gizli söz", caller_phone="+994501112233")
    kept = content(actions.write_export(asked(cast.head, "csv").pk)).decode()
    assert "Gizli" not in kept and "501112233" not in kept


def test_filters_are_those_of_the_list(cast: Cast, make_appeal: Any) -> None:
    make_appeal(kind=Kind.COMPLAINT)
    make_appeal(kind=Kind.PROPOSAL)
    assert actions.write_export(asked(cast.head, "csv", kind="complaint").pk).rows_done == 1
    assert (
        actions.write_export(
            asked(cast.head, "csv", since="2001-01-01", until="2001-02-01").pk
        ).rows_done
        == 0
    )
    with pytest.raises(RuleBroken) as refused:
        asked(cast.head, "csv", since="dünən")
    assert refused.value.field == "since"


def test_a_text_is_never_a_formula() -> None:
    hostile = ['=HYPERLINK("http://x")', "+1", "-1", "@a", "a & <b> \x07 ə"]
    file = io.BytesIO()
    with XlsxWriter(file, ["a"] * 5) as writer:
        writer.rows([hostile])
    row = list(openpyxl.load_workbook(io.BytesIO(file.getvalue())).active.iter_rows())[1]
    assert all(cell.data_type == "s" for cell in row)
    assert row[4].value == "a & <b>  ə"
    file = io.BytesIO()
    with CsvWriter(file, ["a"] * 5) as writer:
        writer.rows([hostile])
    assert file.getvalue().decode("utf-8-sig").splitlines()[1].startswith("\"'=HYPERLINK")


def test_a_long_file_goes_on_in_the_next_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "ROWS_OF_SHEET", 4)
    file = io.BytesIO()
    with XlsxWriter(file, ["n", "at"]) as writer:
        writer.rows([n, timezone.now()] for n in range(7))
    book = openpyxl.load_workbook(io.BytesIO(file.getvalue()))
    read = [row[0] for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert read == list(range(7)) and len(book.worksheets) == 3
    assert all(sheet.freeze_panes == "B2" for sheet in book)


def test_asked_watched_and_downloaded_in_parts(cast: Cast, make_appeal: Any) -> None:
    make_appeal()
    client = signed_in(cast.head)
    data = {"client_id": str(uuid.uuid4()), "format": "csv", "tab": "all"}
    there = client.post(reverse("exports"), data)
    export = Export.objects.get()
    assert there.url == export.get_absolute_url()
    client.post(reverse("exports"), data)
    assert Export.objects.count() == 1
    watched = client.get(export.get_absolute_url(), headers={"HX-Request": "true"})
    assert "<progress" in watched.content.decode() and "HX-Refresh" not in watched
    address = reverse("export-file", args=[export.client_id])
    assert client.get(address).status_code == 409
    export = actions.write_export(export.pk)
    assert client.get(export.get_absolute_url(), headers={"HX-Request": "true"})["HX-Refresh"]
    whole = client.get(address)
    kept = b"".join(whole.streaming_content)
    assert whole["Accept-Ranges"] == "bytes" and int(whole["Content-Length"]) == len(kept)
    first = client.get(address, headers={"Range": "bytes=0-99"})
    rest = client.get(address, headers={"Range": "bytes=100-", "If-Range": whole["ETag"]})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert b"".join(first.streaming_content) + b"".join(rest.streaming_content) == kept
    assert rest["Content-Range"] == f"bytes 100-{len(kept) - 1}/{len(kept)}"
    tail = client.get(address, headers={"Range": "bytes=-10"})
    assert b"".join(tail.streaming_content) == kept[-10:]
    other = client.get(address, headers={"Range": "bytes=5-", "If-Range": '"other"'})
    assert other.status_code == 200
    beyond = client.get(address, headers={"Range": f"bytes={len(kept)}-"})
    assert beyond.status_code == 416 and beyond["Content-Range"] == f"bytes */{len(kept)}"
    assert AuditEntry.objects.filter(kind="download.export").count() == 5
    # The file is its asker's alone.
    assert signed_in(cast.auditor).get(address).status_code == 404


def test_a_link_expires_and_the_file_is_gone(cast: Cast) -> None:
    export = actions.write_export(asked(cast.head).pk)
    client = signed_in(cast.head)
    address = reverse("export-file", args=[export.client_id])
    Export.objects.filter(pk=export.pk).update(expires_at=timezone.now())
    assert client.get(address).status_code == 409
    assert default_storage.exists(export.path)
    assert actions.expire_exports() == 1
    assert not default_storage.exists(export.path)
    assert client.get(address).status_code == 409
    assert actions.expire_exports() == 0


def test_a_writer_that_died_is_replaced_and_a_second_writes_nothing(
    cast: Cast, make_appeal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_appeal()
    export = asked(cast.head)
    Export.objects.filter(pk=export.pk).update(state=ExportState.BUILDING, beat_at=timezone.now())
    assert actions.unfinished_exports() == []
    assert actions.write_export(export.pk).state == ExportState.BUILDING
    silent = timezone.now() - exporting.ABANDONED_AFTER - dt.timedelta(seconds=1)
    Export.objects.filter(pk=export.pk).update(beat_at=silent)
    assert actions.unfinished_exports() == [export.pk]
    assert actions.write_export(export.pk).state == ExportState.READY
    again = asked(cast.head)
    real = exporting.rows_of

    def taken_over(chunk: Any, names: Any) -> Any:
        Export.objects.filter(pk=again.pk).update(claim=uuid.uuid4())
        return real(chunk, names)

    monkeypatch.setattr(exporting, "rows_of", taken_over)
    assert actions.write_export(again.pk).state == ExportState.BUILDING


def test_too_many_at_once_and_too_many_rows_are_told(
    cast: Cast, make_appeal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_appeal(), make_appeal()
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    export = actions.write_export(asked(cast.head).pk)
    assert export.state == ExportState.FAILED and "1 000 000" in export.failure
    for _n in range(3):
        asked(cast.head)
    with pytest.raises(RuleBroken) as refused:
        asked(cast.head)
    assert refused.value.code == "too_many_exports"

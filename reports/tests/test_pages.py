"""The pages of the reports through a real client: ask, watch, read, download; who sees what."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from people.models import AuditEntry, User
from reports.actions import ask_report, build
from reports.lifecycle import Status
from reports.models import ReportFile, ReportRun
from reports.periods import Period
from tests.cast import Cast

pytestmark = pytest.mark.django_db
OCTOBER = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(**more: Any) -> dict[str, Any]:
    return {"client_id": str(uuid.uuid4()), "period": "monthly", "language": "az", **more}


def test_a_report_is_asked_for_watched_and_read(cast: Cast) -> None:
    client = signed_in(cast.head)
    data = asked(period="other", first="01.10.2026", last="31.10.2026")
    answer = client.post(reverse("reports"), data)
    run = ReportRun.objects.get()
    assert answer.url == run.get_absolute_url()
    assert (run.first, run.last, run.sort) == (OCTOBER.first, OCTOBER.last, "monthly")
    # The same form sent twice asks once.
    client.post(reverse("reports"), data)
    assert ReportRun.objects.count() == 1
    watched = client.get(reverse("report-progress", args=[run.pk]))
    assert "HX-Refresh" not in watched and "<progress" in watched.content.decode()
    build(run.pk)
    assert client.get(reverse("report-progress", args=[run.pk]))["HX-Refresh"] == "true"
    page = client.get(run.get_absolute_url())
    assert page.status_code == 200
    assert "2026-cı ilin oktyabr ayı" in page.content.decode()


def test_dates_the_wrong_way_round_are_told_beside_the_field(cast: Cast) -> None:
    data = asked(period="other", first="31.10.2026", last="01.10.2026")
    answer = signed_in(cast.head).post(reverse("reports"), data)
    assert answer.status_code == 422
    assert "last" in answer.context["form"].errors
    assert "31.10.2026" in answer.content.decode()


def test_a_file_is_kept_as_it_was_first_drawn_and_its_download_is_written_down(cast: Cast) -> None:
    run = build(ask_report(OCTOBER, by=cast.head).pk)
    client = signed_in(cast.head)
    for format in ("pdf", "docx", "xlsx"):
        address = reverse("report-file", args=[run.pk, format])
        first, again = client.get(address), client.get(address)
        assert first.content == again.content
        kept = ReportFile.objects.get(run=run, format=format)
        assert first["X-Content-SHA256"] == kept.sha256
    looks = AuditEntry.objects.filter(kind="download.report", object_ref=str(run.pk))
    assert looks.count() == 6


def test_management_sees_what_was_presented_and_what_it_asked_for(cast: Cast) -> None:
    of_head = build(ask_report(OCTOBER, by=cast.head).pk)
    own = build(ask_report(OCTOBER, by=cast.manager).pk)
    client = signed_in(cast.manager)
    assert client.get(of_head.get_absolute_url()).status_code == 404
    assert client.get(reverse("report-file", args=[of_head.pk, "pdf"])).status_code == 404
    assert client.get(own.get_absolute_url()).status_code == 200
    assert [run.pk for run in client.get(reverse("reports")).context["runs"]] == [own.pk]
    ReportRun.objects.filter(pk=of_head.pk).update(state=Status.PRESENTED)
    assert client.get(of_head.get_absolute_url()).status_code == 200


def test_others_have_no_reports(cast: Cast) -> None:
    run = build(ask_report(OCTOBER, by=cast.head).pk)
    for user in (cast.aysel, cast.unit_user, cast.unit_head, cast.admin):
        client = signed_in(user)
        assert client.get(reverse("reports")).status_code == 404
        assert client.get(run.get_absolute_url()).status_code == 404
    reader = signed_in(cast.auditor)
    assert reader.get(run.get_absolute_url()).status_code == 200
    # An auditor reads and asks for nothing.
    reader.post(reverse("reports"), asked())
    assert ReportRun.objects.count() == 1

"""Own reports: any figures by any dimension, under the reader's rights, saved, shared, sent."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from appeals.kinds import Kind
from callcenter.errors import NotAllowed, RuleBroken
from callcenter.worktime import BAKU
from people.models import User
from reports import actions
from reports.facts.filling import fill
from reports.models import OwnMail, OwnReport
from reports.own import Question, answer, measures, read_question
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 10, 20, 12, tzinfo=BAKU)


@pytest.fixture
def world(cast: Cast, make_appeal: Any) -> None:
    """Three complaints, two proposals, one restricted complaint, on two days of October 2026."""
    for day, kinds in (
        (5, [Kind.COMPLAINT, Kind.PROPOSAL]),
        (6, [Kind.COMPLAINT] * 2 + [Kind.PROPOSAL]),
    ):
        with time_machine.travel(dt.datetime(2026, 10, day, 11, tzinfo=BAKU), tick=False):
            for kind in kinds:
                make_appeal(kind=kind)
    with time_machine.travel(dt.datetime(2026, 10, 6, 12, tzinfo=BAKU), tick=False):
        make_appeal(by=cast.head, kind=Kind.COMPLAINT, is_restricted=True)
    with time_machine.travel(NOW, tick=False):
        fill()


def asked(**more: Any) -> Question:
    return read_question(
        {"measures": ["received"], "by": "kind", "period": "this_month", "chart": "bar", **more}
    )


def cells(question: Question, user: User) -> dict[str, list[object]]:
    return {str(row[0]): list(row[1:]) for row in answer(question, user, NOW).table.rows}


def test_a_figure_by_a_dimension_opens_its_list_and_keeps_to_the_readers_rights(
    cast: Cast, world: None
) -> None:
    mine = cells(asked(), cast.head)
    theirs = cells(asked(), cast.manager)
    assert sorted(mine.values()) == [[2], [4]] and sorted(theirs.values()) == [[2], [3]]
    result = answer(asked(), cast.head, NOW)
    assert result.table.totals is not None and result.table.totals[1] == 6
    assert result.chart is not None and result.chart.links
    client = Client()
    client.force_login(cast.head)
    href = next(iter(result.table.links.values()))
    assert client.get(href).status_code == 200


def test_two_dimensions_and_time(cast: Cast, world: None) -> None:
    by_day = cells(asked(by="time", across="kind"), cast.head)
    assert sorted(by_day["06.10"]) == [1, 3] and sorted(by_day["05.10"]) == [1, 1]
    assert len(by_day) == 20
    crossed = answer(asked(by="channel", across="kind", chart="stacked"), cast.head, NOW)
    assert [len(row) for row in crossed.table.rows] == [3]


def test_filters_cut_the_figures(cast: Cast, world: None) -> None:
    assert (
        sum(row[0] for row in cells(asked(filters={"kind": "proposal"}), cast.head).values()) == 2
    )


def test_every_figure_is_answered_whole_by_time_and_by_kind(cast: Cast, world: None) -> None:
    for code, one in measures().items():
        for by in ("", "time", "kind"):
            if by in ("", "time") or by in one.dimensions:
                assert answer(asked(measures=[code], by=by), cast.head, NOW).table.columns


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"measures": []}, "measures"),
        ({"measures": ["nothing"]}, "measures"),
        ({"by": "colour"}, "by"),
        ({"across": "kind", "by": ""}, "across"),
        ({"across": "kind", "by": "kind"}, "across"),
        ({"across": "channel", "measures": ["received", "ended"]}, "across"),
        ({"measures": ["sent"], "by": "outcome"}, "by"),
        ({"period": "yesterday-ish"}, "period"),
        ({"chart": "pie3d"}, "chart"),
        ({"filters": {"kind": "poem"}}, "kind"),
    ],
)
def test_what_means_nothing_is_named(db: None, data: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        asked(**data)
    assert refused.value.field == field


def test_seen_at_once_saved_shared_and_taken_along(cast: Cast, world: None) -> None:
    client = Client()
    client.force_login(cast.head)
    new = reverse("own-report-new")
    query = {"measures": ["received", "ended"], "by": "kind", "period": "other",
             "first": "01.10.2026", "last": "31.10.2026", "chart": "bar"}  # fmt: skip
    shown = client.get(new, query, headers={"HX-Request": "true"}).content.decode()
    assert "<svg" in shown and "<html" not in shown
    data = {**query, "client_id": str(uuid.uuid4()), "version": "0"}
    refused = client.post(new, data)
    assert refused.status_code == 422 and "name" in refused.context["form"].errors
    saved = client.post(new, {**data, "name": "Mənim hesabatım", "is_shared": "on"})
    client.post(new, {**data, "name": "Mənim hesabatım", "is_shared": "on"})
    report = OwnReport.objects.get()
    assert saved.url == report.get_absolute_url()
    page = client.get(saved.url).content.decode()
    assert "Mənim hesabatım" in page and 'value="01.10.2026"' in page
    other = Client()
    other.force_login(cast.manager)
    assert other.get(saved.url).status_code == 200
    book = openpyxl.load_workbook(
        io.BytesIO(other.get(reverse("own-report-file", args=[report.pk, "xlsx"])).content)
    )
    read = {
        row[0]: row[1]
        for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)
        if row[1]
    }
    assert sorted(v for v in read.values() if isinstance(v, int)) == [
        2,
        3,
        5,
    ]  # whole without the restricted
    assert other.post(reverse("own-report-delete", args=[report.pk])).status_code == 404
    actions.save_own(
        asked(), by=cast.head, name="Gizli", report_id=report.pk, version=report.version
    )
    assert other.get(saved.url).status_code == 404
    assert client.post(reverse("own-report-delete", args=[report.pk])).status_code == 302
    assert not OwnReport.objects.exists()


def test_operators_and_structures_have_none(cast: Cast) -> None:
    for user in (cast.aysel, cast.unit_head, cast.admin):
        client = Client()
        client.force_login(user)
        assert client.get(reverse("own-report-new")).status_code == 404
        with pytest.raises(NotAllowed):
            actions.save_own(asked(), by=user, name="x")


def test_sent_once_on_its_day_under_the_owners_rights(cast: Cast, world: None) -> None:
    cast.manager.email = "rehber@example.az"
    cast.manager.save(update_fields=["email"])
    actions.save_own(asked(), by=cast.manager, name="Gündəlik", mailed="daily")
    actions.save_own(asked(), by=cast.head, name="Aylıq", mailed="monthly")
    for day, count in (
        (dt.date(2026, 10, 24), 0),
        (dt.date(2026, 10, 20), 1),
        (dt.date(2026, 10, 1), 2),
    ):
        actions.ask_own_mails(day)
        actions.ask_own_mails(day)  # two beats
        assert OwnMail.objects.filter(day=day).count() == count
    with time_machine.travel(NOW, tick=False):
        OwnMail.objects.update(next_attempt_at=NOW - dt.timedelta(minutes=1))
        row = OwnMail.objects.get(day=dt.date(2026, 10, 20))
        assert actions.send_own(row.pk) == "sent"
        assert actions.send_own(row.pk) == "sent"
        assert len(mail.outbox) == 1
        assert "3" in mail.outbox[0].body and len(mail.outbox[0].attachments) == 1
        # The head has no address: told so, nothing is lost.
        head = OwnMail.objects.get(report__owner=cast.head)
        assert actions.send_own(head.pk) == "no_address"

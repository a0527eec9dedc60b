"""Every figure of the head's page opens the rows it counts."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid

import pytest
import time_machine
from django.test import Client

from callcenter.worktime import BAKU
from routing import actions
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 6, 29, 10, tzinfo=BAKU)
CELL = re.compile(r'<a[^>]*href="(/inbox/\?list=[^"]+)"[^>]*>\s*(\d+)\s*</a>')


@pytest.fixture
def worked(cast: Cast, make_appeal):
    """Of twelve: open, soon, late, waiting for approval, in rework, answered in time and too late."""

    def sent(days: int):
        return actions.refer(
            make_appeal().pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4(), days=days
        )

    with time_machine.travel(MONDAY, tick=False) as clock:
        rows = [sent(days) for days in (1, 1, 2, 7, 7, 7, 30, 30, 30, 30, 30, 30)]
        for row in rows[:8]:
            actions.accept(row.pk, by=cast.unit_user)
        for row in rows[8:10]:
            actions.accept(row.pk, by=cast.unit_head)
        clock.shift(dt.timedelta(days=7))
        actions.approve(rows[0].pk, by=cast.unit_head, text="Gec cavab")
        for row in rows[6:9]:
            actions.approve(row.pk, by=cast.unit_head, text="Cavab")
        actions.draft(rows[3].pk, by=cast.unit_user, text="Layihə")
        actions.rework(rows[6].pk, by=cast.aysel, reason="Əsas yoxdur")
        yield rows


def test_every_figure_opens_what_it_counts(cast: Cast, worked, client: Client):
    client.force_login(cast.unit_head)
    page = client.get("/inbox/workload/").content.decode()
    figures = [(html.unescape(url), int(count)) for url, count in CELL.findall(page)]
    lists = {url.split("list=")[1].split("&")[0] for url, _count in figures}
    assert lists == {"open", "overdue", "soon", "approve", "rework", "given", "late"}
    for url, count in figures:
        rows = client.get(url).content.decode().split("<tbody>")[1].count('<th scope="row"')
        assert rows == count, url


def test_only_a_head_looks_at_one_executor(cast: Cast, worked, client: Client):
    client.force_login(cast.unit_user)
    page = client.get(f"/inbox/?list=open&executor={cast.unit_head.pk}").content.decode()
    assert page.split("<tbody>")[1].count('<th scope="row"') > 1
    assert client.get("/inbox/workload/").status_code == 404

"""A month of receptions in figures: what became of the invitations, and how long one waited."""

from __future__ import annotations

import pytest
from django.urls import reverse

from appeals.reception import actions
from appeals.reception.months import figures_of, month_of
from appeals.tests.reception.world import baku, entered

pytestmark = pytest.mark.django_db
MONTH = "/receptions/month/"


@pytest.fixture
def april(cast, invite, slots, wall):
    """Of four invited one was received, one did not come, one declined, one is expected."""
    rows = [invite(slot) for slot in slots]
    actions.decline(rows[2].pk, by=cast.aysel, note="Gələ bilmir")
    wall.move_to(baku(4, 7, 11, 0))
    actions.came(rows[0].pk, by=cast.unit_user)
    minutes = {"minutes": "Dinlənildi", "outcome": "writing"}
    actions.write_minutes(rows[0].pk, by=cast.unit_user, **minutes)
    actions.miss(rows[1].pk, by=cast.unit_user)
    return rows


def test_each_state_is_counted_and_the_wait_is_of_working_days(cast, april):
    told = figures_of(cast.head, baku(4, 1).date())
    counts = {each.code: each.count for each in told.tallies}
    assert (counts["held"], counts["missed"], counts["declined"], counts["invited"]) == (1, 1, 1, 1)
    assert told.total == 4
    assert told.waited == 3  # from Thursday over a weekend to Tuesday
    assert figures_of(cast.head, baku(5, 1).date()).waited is None


def test_every_figure_opens_its_list(cast, april):
    client = entered(cast.head)
    page = client.get(MONTH, {"month": "2026-04"})
    assert page.status_code == 200
    for each in page.context["figures"].tallies:
        rows = client.get(MONTH, {"month": "2026-04", "state": each.code}).context["page"].rows
        assert len(rows) == each.count, each.code
    assert reverse("reception", args=[april[0].pk]) in page.text


def test_who_sees_no_reception_counts_none(cast, april):
    assert entered(cast.other_user).get(MONTH).context["figures"].total == 0
    assert entered(cast.manager).get(MONTH, {"month": "2026-04"}).context["figures"].total == 4
    assert entered(cast.admin).get(MONTH).status_code == 404


@pytest.mark.parametrize("text", ["", "x", "2026-13", "0001-01", "9999-12", "2026-04-01"])
def test_what_is_no_month_is_this_month(text):
    today = baku(4, 7).date()
    assert month_of(text, today) == today.replace(day=1)

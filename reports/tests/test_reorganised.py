"""A year with a reorganisation in it: predecessor and successor are read as one, each still by its name."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine

from callcenter.worktime import BAKU
from people.models import Structure
from reports.facts.checking import differences
from reports.facts.filling import fill
from reports.figures.computing import Asked, read
from reports.figures.cut import Cut
from reports.figures.splitting import split
from reports.periods import Period
from reports.tests.asking import rows_of
from routing import actions as routing
from routing.actions.inheriting import inherit, orphaned
from routing.directory.actions import succeed_structure

pytestmark = pytest.mark.django_db
OCTOBER = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))


def at(day: int) -> dt.datetime:
    return dt.datetime(2026, 10, day, 10, tzinfo=BAKU)


@pytest.fixture
def heir(make_appeal, cast) -> Structure:
    """Two referred to the old body (one answered), on the 15th renamed, one more referred to the new."""

    def send(structure: Structure) -> int:
        made = make_appeal()
        return routing.refer(made.pk, by=cast.head, structure=structure, client_id=uuid.uuid4()).pk

    with time_machine.travel(at(5), tick=False):
        first, _owed = send(cast.unit), send(cast.unit)
        routing.accept(first, by=cast.unit_user)
        routing.approve(first, by=cast.unit_head, text="Cavab")
    with time_machine.travel(at(15), tick=False):
        made = succeed_structure(
            cast.unit.pk, by=cast.admin, code="dvx-2", first_day=dt.date(2026, 10, 15),
            values={"name_az": "Yeni Vergi Xidməti", "short_az": "YVX", "short_en": "", "short_ru": ""},
            act="Fərman",
        )  # fmt: skip
        for referral_id in orphaned():
            inherit(referral_id)
        send(made)
        fill()
    cast.unit.refresh_from_db()
    return made


@time_machine.travel(at(20), tick=False)
def test_the_successor_counts_what_the_predecessor_did(heir, cast):
    def count(structure: Structure) -> int:
        asked = Asked(cast.head, OCTOBER, Cut(structure=structure), at(20))
        reading = read(["referred"], asked)["referred"]
        assert rows_of(cast.head, reading.url) == reading.value
        return reading.value

    assert count(heir) == 3
    # The one still owed moved on with its appeal; the answered one stays with the name of its day.
    assert count(cast.unit) == 1
    assert list(differences()) == []


@time_machine.travel(at(20), tick=False)
def test_the_parts_add_up_and_each_equals_its_list(heir, cast):
    whole = Asked(cast.head, OCTOBER, Cut(structure=heir.parent), at(20))
    for asked in (whole, Asked(cast.head, OCTOBER, Cut(structure=heir), at(20))):
        parts = split(["referred"], "structure", asked)
        assert sum(part.readings["referred"].value for part in parts) == 3
        for part in parts:
            reading = part.readings["referred"]
            assert rows_of(cast.head, reading.url) == reading.value, part.label
    assert {part.readings["referred"].value for part in parts} == {1, 2}

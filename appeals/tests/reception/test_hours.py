"""Hours of reception: made, cut, warned of, cancelled."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from appeals.models import (
    ReceptionSlot,
)
from appeals.reception import actions
from appeals.tests.reception.world import an_official, hours, made, times
from callcenter.errors import NotAllowed, RuleBroken
from people.models import Delegation

pytestmark = pytest.mark.django_db


# --- Hours -------------------------------------------------------------------


def test_a_morning_is_cut_into_hours(slots):
    assert times(slots) == ["04-07 10:00", "04-07 10:30", "04-07 11:00", "04-07 11:30"]
    assert {slot.place for slot in slots} == {"Üzeyir Hacıbəyli 84, otaq 105"}


def test_lunch_is_left_out(cast, official):
    rows = made(cast.head, official, hours(opens="12:00", closes="15:00", minutes=60))
    assert times(rows) == ["04-07 12:00", "04-07 14:00"]


def test_a_weekly_series_passes_over_days_off(cast, official):
    """Mondays of May and June: 11 May and 15 June are days off."""
    asked = hours(dt.date(2026, 5, 4), closes="10:30", until=dt.date(2026, 6, 22))
    rows, skipped = actions.make_slots(
        by=cast.head, official_id=official.pk, hours=asked, client_id=uuid.uuid4()
    )
    assert times(rows) == [
        f"{day} 10:00" for day in ("05-04", "05-18", "05-25", "06-01", "06-08", "06-22")
    ]
    assert skipped == [dt.date(2026, 5, 11), dt.date(2026, 6, 15)]


def test_a_series_on_several_weekdays_and_a_short_day(cast, official):
    """25 June is the eve of the Armed Forces' day and closes at five; the 26th is off."""
    asked = hours(
        dt.date(2026, 6, 22), opens="17:00", closes="18:00", until=dt.date(2026, 6, 28),
        weekdays=(3, 4), minutes=30,
    )  # fmt: skip
    with pytest.raises(RuleBroken) as refused:
        made(cast.head, official, asked)
    assert refused.value.code == "only_days_off"
    asked = hours(
        dt.date(2026, 6, 22), opens="16:00", closes="18:00", until=dt.date(2026, 6, 28),
        weekdays=(2, 3, 4), minutes=60,
    )  # fmt: skip
    assert times(made(cast.head, official, asked)) == ["06-24 16:00", "06-24 17:00", "06-25 16:00"]


def test_the_same_form_again_makes_nothing_more(cast, official):
    client_id = uuid.uuid4()
    for _again in range(2):
        rows, _skipped = actions.make_slots(
            by=cast.head, official_id=official.pk, hours=hours(), client_id=client_id
        )
    assert len(rows) == ReceptionSlot.objects.count() == 4


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        (hours(dt.date(2026, 4, 1)), "slot_past", "on"),
        (hours(dt.date(2026, 4, 2), opens="09:00"), "slot_past", "on"),
        (hours(dt.date(2026, 3, 30)), "day_off", "on_day_off"),
        (hours(dt.date(2026, 5, 9)), "day_off", "on_day_off"),
        (hours(opens="12:00", closes="10:00"), "hours_reversed", "closes"),
        (hours(minutes=0), "minutes_range", "minutes"),
        (hours(minutes=180), "minutes_range", "minutes"),
        (hours(capacity=0), "capacity_range", "capacity"),
        (hours(until=dt.date(2026, 4, 1)), "series_reversed", "until"),
        (hours(until=dt.date(2027, 12, 1)), "series_too_long", "until"),
        (hours(opens="19:00", closes="20:00"), "outside_hours", "opens"),
        (hours(until=dt.date(2026, 4, 8), weekdays=(4,)), "no_such_weekday", "weekdays"),
        (hours(closes="18:00", minutes=5, until=dt.date(2026, 7, 1), weekdays=(0, 1, 2)), "too_many_slots", "until"),
    ],
)  # fmt: skip
def test_bad_hours_are_refused_beside_their_field(asked, code, field, cast, official):
    with pytest.raises(RuleBroken) as refused:
        made(cast.head, official, asked)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not ReceptionSlot.objects.exists()


def test_a_single_day_off_is_taken_when_it_is_meant(cast, official):
    saturday = hours(dt.date(2026, 4, 11), on_day_off=True)
    assert len(made(cast.head, official, saturday)) == 4


def test_an_official_is_never_in_two_places(cast, official, slots):
    with pytest.raises(RuleBroken) as refused:
        made(cast.head, official, hours(opens="11:45", closes="12:45"))
    assert (refused.value.code, refused.value.field) == ("slots_overlap", "opens")
    assert "07.04.2026, 11:30–12:00" in str(refused.value)
    other = an_official(cast, "aparat-rehberi", user=None, assistant=None)
    assert made(cast.head, other, hours(opens="11:45", closes="12:45"))
    assert made(cast.head, official, hours(opens="12:00", closes="13:00"))


def test_hours_of_a_cancelled_slot_may_be_given_again(cast, official, slots):
    actions.cancel_slot(slots[0].pk, by=cast.head, reason="Ezamiyyət")
    assert len(made(cast.head, official, hours(closes="10:30"))) == 1


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("head", True), ("manager", True), ("unit_user", True), ("aysel", False),
        ("other_user", False), ("auditor", False), ("admin", False), ("unit_head", False),
    ],
)  # fmt: skip
def test_who_keeps_the_calendar(who, may, cast, official):
    """The sector head for all; the official and the assistant their own; operators book."""
    if may:
        assert made(getattr(cast, who), official)
    else:
        with pytest.raises(NotAllowed):
            made(getattr(cast, who), official)


def test_who_acts_for_the_assistant_keeps_the_calendar_too(cast, official):
    Delegation.objects.create(
        principal=cast.unit_user, delegate=cast.other_user, valid_from=dt.date(2026, 4, 1),
        order_number="12-K", order_on=dt.date(2026, 3, 31),
    )  # fmt: skip
    assert made(cast.other_user, official)

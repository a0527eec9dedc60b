"""The pages of reception: who opens what, booking, the sheet of a day."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appeals.models import (
    Reception,
    ReceptionOfficial,
    ReceptionSlot,
)
from appeals.reception import actions
from appeals.reception.lifecycle import State
from appeals.tests.reception.world import baku, booking, entered, hours, made
from people.actions.calendar import draft_change, set_day
from people.models import AuditEntry

pytestmark = pytest.mark.django_db


PHONE = "+994501112233"


# --- The week and the day ----------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status", "sees_number"),
    [
        ("aysel", 200, True), ("head", 200, True), ("manager", 200, True), ("auditor", 200, True),
        ("unit_user", 200, True), ("unit_head", 200, False), ("other_user", 200, False),
        ("admin", 404, False),
    ],
)  # fmt: skip
def test_who_sees_the_week(who, status, sees_number, cast, invited):
    answer = entered(getattr(cast, who)).get(reverse("receptions"), {"on": "2026-04-07"})
    assert answer.status_code == status
    assert (invited.appeal.number in answer.content.decode()) is sees_number


def test_a_place_taken_by_somebody_hidden_is_taken_and_nobody_is_named(cast, slots, make_appeal):
    hidden = make_appeal(is_restricted=True)
    actions.invite(hidden.pk, by=cast.aysel, slot_id=slots[0].pk, client_id=uuid.uuid4())
    page = entered(cast.operator).get(reverse("receptions"), {"on": "2026-04-07"}).content.decode()
    assert hidden.number not in page
    assert "1 place taken" in page


def test_the_week_shows_five_days_and_a_weekend_only_with_hours(cast, official):
    client = entered(cast.head)
    plain = client.get(reverse("receptions"), {"on": "2026-04-11"}).content.decode()
    assert plain.count('class="week-day') == 5
    made(cast.head, official, hours(dt.date(2026, 4, 11), on_day_off=True))
    page = client.get(reverse("receptions"), {"on": "2026-04-11"}).content.decode()
    assert page.count('class="week-day') == 6
    assert "Hours on a day off" in page


def test_hours_on_a_day_that_became_a_holiday_are_warned_of(cast, official, slots):
    from appeals.actions.recomputing import apply_calendar

    change = draft_change(
        by=cast.admin, act="NK 101", act_on=dt.date(2026, 4, 1), client_id=uuid.uuid4()
    )
    set_day(change.pk, by=cast.admin, date=dt.date(2026, 4, 7), kind="holiday", name_az="Elan")
    apply_calendar(change.pk, by=cast.admin)
    for address in (
        f"{reverse('receptions')}?on=2026-04-07", reverse("reception-day", args=["2026-04-07"]),
    ):  # fmt: skip
        assert "Hours on a day off" in entered(cast.head).get(address).content.decode()


@pytest.mark.parametrize("on", ["yesterday", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_an_address_that_is_no_day_leads_nowhere(on, cast, official):
    client = entered(cast.head)
    assert client.get(reverse("receptions"), {"on": on}).status_code == 404
    assert client.get(reverse("reception-day", args=[on])).status_code == 404


def test_the_sheet_of_a_day_names_the_applicant_and_the_look_is_written_down(cast, invited):
    page = entered(cast.unit_user).get(reverse("reception-day", args=["2026-04-07"]))
    assert "Sultanova" in page.content.decode()
    assert PHONE not in page.content.decode()
    look = AuditEntry.objects.get(kind="look.reception_day")
    assert (look.actor, look.object_ref) == (cast.unit_user, "2026-04-07")
    other = entered(cast.other_user).get(reverse("reception-day", args=["2026-04-07"]))
    assert "Sultanova" not in other.content.decode()


def test_pages_ask_no_more_when_they_hold_more(cast, official, slots, make_appeal):
    client = entered(cast.head)
    pages = (
        f"{reverse('receptions')}?on=2026-04-07", reverse("reception-day", args=["2026-04-07"]),
        reverse("reception-slot", args=[slots[0].pk]),
    )  # fmt: skip

    def asked() -> list[int]:
        counted = []
        for page in pages:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(page).status_code == 200
            counted.append(len(queries))
        return counted

    actions.invite(make_appeal().pk, by=cast.head, slot_id=slots[0].pk, client_id=uuid.uuid4())
    asked()
    few = asked()
    for slot in slots[1:]:
        actions.invite(make_appeal().pk, by=cast.head, slot_id=slot.pk, client_id=uuid.uuid4())
    more = made(cast.head, official, hours(opens="15:00", closes="18:00", minutes=10))
    assert len(more) == 18
    assert asked() == few


# --- Making hours ---------------------------------------------------------------------


def form_of_hours(who: ReceptionOfficial, **more: object) -> dict[str, object]:
    return {
        "official": who.pk, "on": "07.04.2026", "opens": "10:00", "closes": "12:00",
        "minutes": "30", "capacity": "1", "client_id": str(uuid.uuid4()), **more,
    }  # fmt: skip


def test_a_series_says_which_days_it_passed_over(cast, official):
    form = form_of_hours(official, on="04.05.2026", until="18.05.2026")
    answer = entered(cast.head).post(reverse("reception-slots-new"), form, follow=True)
    assert answer.redirect_chain[-1][0].endswith("?on=2026-05-04")
    page = answer.content.decode()
    assert "8 hours of reception are made." in page
    assert "Days off passed over: 11.05.2026." in page


def test_a_day_off_is_warned_of_and_taken_when_it_is_meant(cast, official):
    client, form = entered(cast.head), form_of_hours(official, on="09.05.2026", place="Otaq 7")
    answer = client.post(reverse("reception-slots-new"), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "09.05.2026 is a day off" in page
    assert 'value="Otaq 7"' in page
    assert 'name="on_day_off"' in page
    assert not ReceptionSlot.objects.exists()
    assert (
        client.post(reverse("reception-slots-new"), {**form, "on_day_off": "on"}).status_code == 302
    )
    assert ReceptionSlot.objects.count() == 4


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"on": "01.04.2026"}, "This hour is past"),
        ({"on": ""}, "required"),
        ({"on": "31.02.2026"}, "Write the day as"),
        ({"opens": "25:00"}, "Write the time as"),
        ({"closes": "09:00"}, "It ends before it begins."),
        ({"minutes": "0"}, "5"),
        ({"capacity": "99"}, "50"),
        ({"official": "0"}, "valid choice"),
        ({"client_id": "x"}, "Reload the page"),
    ],
)
def test_what_is_wrong_with_hours_is_said_and_what_was_typed_stays(more, words, cast, official):
    form = form_of_hours(official, place="Otaq 7", **more)
    answer = entered(cast.head).post(reverse("reception-slots-new"), form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert 'value="Otaq 7"' in page
    assert not ReceptionSlot.objects.exists()


def test_overlapping_hours_are_refused_beside_the_time(cast, official, slots):
    form = form_of_hours(official, opens="11:45", closes="12:45")
    page = entered(cast.manager).post(reverse("reception-slots-new"), form).content.decode()
    assert "receives then already: 07.04.2026, 11:30–12:00." in page


@pytest.mark.parametrize("who", ["aysel", "auditor", "unit_head", "admin"])
def test_who_keeps_no_calendar_makes_no_hours(who, cast, official):
    assert entered(getattr(cast, who)).get(reverse("reception-slots-new")).status_code == 404


def test_an_hour_is_cancelled_with_a_reason(cast, invited, slots):
    client, address = entered(cast.head), reverse("reception-slot", args=[slots[0].pk])
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "Ezamiyyət"}).status_code == 302
    page = client.get(address).content.decode()
    assert "Ezamiyyət" in page
    assert "Not received, another hour is owed" in page
    assert client.post(address, {"reason": "Yenə"}).status_code == 404
    assert entered(cast.aysel).post(address, {"reason": "x"}).status_code == 404


# --- Booking ------------------------------------------------------------------------------


def test_from_the_appeals_page_to_the_invitation(cast, slots, one):
    client = entered(cast.aysel)
    page = client.get(one.get_absolute_url()).content.decode()
    address = reverse("reception-book", args=[one.pk])
    assert f"{address}?slot={slots[0].pk}" in page
    form = client.get(address, {"slot": slots[1].pk}).content.decode()
    assert re.search(rf'value="{slots[1].pk}"[^>]*checked', form)
    answer = client.post(address, booking(slots[1], subject="Müqaviləni gətirin"), follow=True)
    assert answer.redirect_chain[-1][0] == Reception.objects.get().get_absolute_url()
    page = client.get(one.get_absolute_url()).content.decode()
    assert "Invited, not confirmed" in page
    assert "Invited to a reception" in page  # the journal
    assert address not in page  # invited already


def test_an_hour_taken_meanwhile_is_told_and_what_was_typed_is_kept(cast, slots, one, make_appeal):
    address = reverse("reception-book", args=[one.pk])
    client = entered(cast.aysel)
    client.get(address)
    quick = make_appeal(by=cast.operator)
    actions.invite(quick.pk, by=cast.operator, slot_id=slots[0].pk, client_id=uuid.uuid4())
    answer = client.post(
        address, booking(slots[0], subject="Müqaviləni gətirin", told_by_phone="on")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "taken by a colleague meanwhile" in page
    assert "Müqaviləni gətirin" in page
    assert re.search(r'name="told_by_phone"[^>]*checked', page)
    assert f'value="{slots[0].pk}"' not in page  # offered no more
    assert f'value="{slots[1].pk}"' in page
    assert not one.receptions.exists()


@pytest.mark.parametrize("slot", ["", "0", "999999999999999999999", "x", "-1"])
def test_an_hour_nobody_offered_is_refused_beside_the_hour(slot, cast, slots, one):
    form = {**booking(slots[0]), "slot": slot}
    answer = entered(cast.aysel).post(reverse("reception-book", args=[one.pk]), form)
    assert answer.status_code == 422
    assert not Reception.objects.exists()


def test_who_may_not_see_the_appeal_may_not_book(cast, slots, make_appeal):
    hidden = make_appeal(is_restricted=True)
    address = reverse("reception-book", args=[hidden.pk])
    for who in (cast.operator, cast.manager, cast.unit_user, cast.auditor):
        assert entered(who).get(address).status_code == 404
        assert entered(who).post(address, booking(slots[0])).status_code == 404


def test_without_hours_the_page_says_who_makes_them(cast, one):
    page = entered(cast.aysel).get(reverse("reception-book", args=[one.pk])).content.decode()
    assert "No hour is free" in page


# --- One reception ------------------------------------------------------------------------


def test_the_assistant_marks_and_writes_without_seeing_the_appeal(cast, invited, wall):
    wall.move_to(baku(4, 7, 10, 10))
    client = entered(cast.unit_user)
    page = client.get(invited.get_absolute_url()).content.decode()
    assert "Sultanova" in page
    assert invited.appeal.get_absolute_url() not in page
    assert AuditEntry.objects.filter(kind="look.reception", actor=cast.unit_user).count() == 1
    assert "The applicant confirms" not in page  # a matter of the sector
    came = reverse("reception-do", args=[invited.pk, "came"])
    assert client.post(came, {"version": invited.version}).status_code == 302
    invited.refresh_from_db()
    write = reverse("reception-do", args=[invited.pk, "minutes"])
    form = {"version": invited.version, "minutes": "Dinlənildi", "outcome": "oral"}
    answer = client.post(write, form)
    assert answer.status_code == 422
    assert "only with the applicant" in answer.content.decode()
    assert "Dinlənildi" in answer.content.decode()
    assert client.post(write, {**form, "has_consent": "on"}).status_code == 302
    invited.refresh_from_db()
    assert invited.state == State.HELD


def test_a_stale_step_is_told_keeps_what_was_typed_and_may_be_sent_again(cast, invited):
    client, address = entered(cast.aysel), reverse("reception-do", args=[invited.pk, "cancel"])
    old = invited.version
    actions.confirm(invited.pk, by=cast.operator)
    answer = client.post(address, {"version": old, "note": "Məsələ həll olundu"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "changed this reception meanwhile" in page
    assert "Məsələ həll olundu" in page
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    assert (
        client.post(address, {"version": version, "note": "Məsələ həll olundu"}).status_code == 302
    )


def test_steps_not_possible_now_have_no_page(cast, invited):
    client = entered(cast.aysel)
    for code in ("minutes", "unmark", "remind", "invite", "dance"):
        assert client.get(reverse("reception-do", args=[invited.pk, code])).status_code == 404
    assert entered(cast.other_user).get(invited.get_absolute_url()).status_code == 404


def test_who_may_not_take_a_step_learns_nothing_whatever_is_sent(cast, invited):
    address = reverse("reception-do", args=[invited.pk, "cancel"])
    for who in (cast.manager, cast.unit_user, cast.auditor, cast.other_user):
        for form in ({}, {"version": invited.version, "note": "Səbəb"}):
            assert entered(who).post(address, form).status_code == 404


# --- The applicant's own answer --------------------------------------------------------------


def test_the_applicant_confirms_on_the_public_page(invited, one):
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    told = {"number": one.number, "code": one.state_code}
    page = client.post(reverse("state"), told).content.decode()
    assert "You are invited to a reception" in page
    assert "Üzeyir Hacıbəyli 84" in page
    page = client.post(reverse("state-reception"), {**told, "comes": "yes"}).content.decode()
    assert "You said that you will come" in page
    invited.refresh_from_db()
    assert invited.state == State.CONFIRMED
    assert one.entries.order_by("sequence").last().actor_name == "system"
    client.post(reverse("state-reception"), {**told, "comes": "no"})
    invited.refresh_from_db()
    assert invited.state == State.DECLINED


@pytest.mark.parametrize("code", ["", "00000000", "x"])
def test_nobody_answers_for_another(code, invited, one):
    answer = Client().post(
        reverse("state-reception"), {"number": one.number, "code": code, "comes": "no"}
    )
    assert answer.status_code == 302
    invited.refresh_from_db()
    assert invited.state == State.INVITED

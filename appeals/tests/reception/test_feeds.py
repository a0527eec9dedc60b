"""Addresses of calendars: what a calendar program reads, and until when."""

from __future__ import annotations

import re
import uuid

import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from appeals.kinds import Kind
from appeals.models import (
    ReceptionFeed,
    ReceptionOfficial,
)
from appeals.reception import actions
from appeals.tests.reception.world import baku, booking, entered
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.models import User

pytestmark = pytest.mark.django_db


PHONE = "+994501112233"


# --- Addresses of calendars -------------------------------------------------------------------


def address_of(by: User, official: ReceptionOfficial | None = None) -> str:
    _feed, secret = actions.make_feed(
        by=by, name="Outlook", official_id=official.pk if official else None
    )
    return reverse("reception-feed", args=[secret])


def entries(address: str) -> dict[str, icalendar.Event]:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    body = answer.content
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(body)
    assert (str(calendar["version"]), str(calendar["method"])) == ("2.0", "PUBLISH")
    found = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.walk("VEVENT"))
    for event in found.values():
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY"} <= set(event)
        assert event["dtstart"].dt.tzinfo is not None
    return found


def test_a_calendar_follows_an_invitation_with_one_uid_and_a_growing_sequence(cast, invited, slots):
    address = address_of(cast.unit_user)
    uid, before = next(
        (uid, event) for uid, event in entries(address).items()
        if invited.appeal.number in event["summary"]
    )  # fmt: skip
    assert uid.startswith(str(invited.client_id))
    assert (before["status"], before["sequence"]) == ("TENTATIVE", 0)
    assert before["dtstart"].dt == slots[0].starts_at
    actions.confirm(invited.pk, by=cast.aysel)
    assert entries(address)[uid]["status"] == "CONFIRMED"
    actions.move(invited.pk, by=cast.aysel, slot_id=slots[2].pk)
    moved = entries(address)[uid]
    assert (moved["dtstart"].dt, moved["status"]) == (slots[2].starts_at, "TENTATIVE")
    actions.cancel(invited.pk, by=cast.aysel, note="Həll olundu")
    off = entries(address)[uid]
    assert off["status"] == "CANCELLED"
    assert off["sequence"] > moved["sequence"] > before["sequence"]
    free = [event for event in entries(address).values() if event["transp"] == "TRANSPARENT"]
    assert len(free) == 5  # the cancelled one, and four hours free again


def test_no_person_stands_in_a_calendar(cast, invited, applicant):
    body = Client().get(address_of(cast.head)).content.decode()
    unfolded = body.replace("\r\n ", "")
    assert invited.appeal.number in unfolded
    for personal in ("Sultanova", "Lalə", PHONE, "Kassa"):
        assert personal not in unfolded


def test_unchanged_rows_are_answered_without_a_body(cast, invited, wall):
    address = address_of(cast.head)
    first = Client().get(address)
    wall.move_to(baku(4, 2, 10, 30))
    again = Client().get(address, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    actions.confirm(invited.pk, by=cast.aysel)
    assert Client().get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_calendar_shows_what_its_owner_may_see_today(cast, slots, make_appeal):
    hidden = make_appeal(is_restricted=True)
    actions.invite(hidden.pk, by=cast.aysel, slot_id=slots[0].pk, client_id=uuid.uuid4())
    assert hidden.number not in Client().get(address_of(cast.operator)).content.decode()
    assistant = address_of(cast.unit_user)
    assert hidden.number in Client().get(assistant).content.decode().replace("\r\n ", "")
    ReceptionOfficial.objects.update(assistant=None)
    assert hidden.number not in Client().get(assistant).content.decode()


def test_a_revoked_address_an_unknown_one_and_one_of_somebody_who_left_open_nothing(cast, slots):
    address = address_of(cast.head)
    feed = ReceptionFeed.objects.get()
    with pytest.raises(NotAllowed):
        actions.revoke_feed(feed.pk, by=cast.aysel)
    actions.revoke_feed(feed.pk, by=cast.head)
    with pytest.raises(AlreadyDone):
        actions.revoke_feed(feed.pk, by=cast.head)
    assert Client().get(address).status_code == 404
    assert Client().get(reverse("reception-feed", args=["x" * 43])).status_code == 404
    left = address_of(cast.operator)
    User.objects.filter(pk=cast.operator.pk).update(is_active=False)
    assert Client().get(left).status_code == 404


def test_the_secret_is_kept_as_a_digest_shown_once_and_every_address_is_counted(cast, slots):
    client = entered(cast.head)
    page = client.post(reverse("reception-feeds"), {"name": "Outlook", "official": ""})
    secret = re.search(r"/receptions/feeds/([\w-]{43})\.ics", page.content.decode())[1]
    assert secret not in client.get(reverse("reception-feeds")).content.decode()
    assert secret not in str(ReceptionFeed.objects.values().get())
    assert Client().get(reverse("reception-feed", args=[secret])).status_code == 200
    assert ReceptionFeed.objects.get().last_used_at is not None
    for n in range(9):
        actions.make_feed(by=cast.head, name=f"Telefon {n}")
    with pytest.raises(RuleBroken):
        actions.make_feed(by=cast.head, name="Bir də")
    for nobody in (cast.other_user, cast.admin):
        with pytest.raises(NotAllowed):
            actions.make_feed(by=nobody, name="Outlook")


def test_a_question_needs_no_reception_but_may_have_one(cast, slots, make_appeal):
    question = make_appeal(kind=Kind.QUESTION)
    answer = entered(cast.aysel).post(
        reverse("reception-book", args=[question.pk]), booking(slots[0])
    )
    assert answer.status_code == 302

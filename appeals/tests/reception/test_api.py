"""Receptions through the API: the same rights, verbs and refusals as on the pages."""

from __future__ import annotations

import uuid

import pytest

from appeals.api.receptions import VERBS
from appeals.models import Reception
from appeals.reception.lifecycle import STEPS, Party
from appeals.tests.reception.world import baku
from people.models import AuditEntry

pytestmark = pytest.mark.django_db
API = "/api/v1/"


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid.uuid4().hex}


def test_every_step_a_person_takes_has_its_call():
    by_people = {step for step, meta in STEPS.items() if meta.parties - {Party.SYSTEM}}
    assert set(VERBS) == {step for step in by_people if STEPS[step].starts}


def test_from_a_free_hour_to_the_minutes(program, cast, slots, one, wall):
    client = program(cast.aysel)
    free = client.get(f"{API}receptions/hours/").json()["results"]
    assert [hour["id"] for hour in free] == [slot.pk for slot in slots]
    body, once = {"slot": slots[0].pk, "subject": "Sənədi gətirin"}, key()
    made = client.post(f"{API}appeals/{one.pk}/invite/", body, headers=once)
    assert made.status_code == 201
    assert made.json() == client.post(f"{API}appeals/{one.pk}/invite/", body, headers=once).json()
    assert Reception.objects.count() == 1
    address = f"{API}receptions/{made.json()['id']}/"
    assert made["Location"].endswith(address)
    assert client.post(f"{address}confirm/", {}, headers=key()).json()["state"] == "confirmed"
    wall.move_to(baku(4, 7, 10, 5))
    receiver = program(cast.unit_user)  # the official's assistant
    assert receiver.get(address).json()["steps"] == ["came", "miss", "absent"]
    assert AuditEntry.objects.filter(kind="look.reception", actor=cast.unit_user).count() == 1
    receiver.post(f"{address}came/", {}, headers=key())
    minutes = {"minutes": "Dinlənildi", "outcome": "oral"}
    refused = receiver.post(f"{address}minutes/", minutes, headers=key())
    assert refused.status_code == 409
    assert "has_consent" in refused.text
    minutes["has_consent"] = True
    told = receiver.post(f"{address}minutes/", minutes, headers=key()).json()
    assert (told["state"], told["outcome"], told["minutes"]) == ("held", "oral", "Dinlənildi")
    kinds = list(one.entries.order_by("sequence").values_list("kind", flat=True))
    assert [kind for kind in kinds if kind.startswith("reception.")] == [
        "reception.invite", "reception.confirm", "reception.came", "reception.minutes",
    ]  # fmt: skip


def test_an_hour_taken_meanwhile_and_a_stale_version_are_refused(
    program, cast, slots, one, invited, make_appeal
):
    client = program(cast.aysel)
    other = f"{API}appeals/{make_appeal().pk}/invite/"
    refused = client.post(other, {"slot": slots[0].pk}, headers=key())
    assert refused.status_code == 409
    assert "slot" in refused.text
    assert client.post(other, {"slot": 10**15}, headers=key()).status_code == 409
    address = f"{API}receptions/{invited.pk}/"
    stale = client.post(f"{address}confirm/", {"version": invited.version + 5}, headers=key())
    assert stale.status_code == 409
    assert client.post(f"{address}cancel/", {}, headers=key()).status_code == 400
    moved = client.post(f"{address}move/", {"slot": slots[1].pk}, headers=key()).json()
    assert moved["hour"]["id"] == slots[1].pk


def test_lists_hold_what_the_pages_show(program, cast, slots, invited, make_appeal):
    listed = f"{API}receptions/"
    (row,) = program(cast.aysel).get(listed, {"open": "true"}).json()["results"]
    assert (row["appeal"], row["state"]) == (invited.appeal_id, "invited")
    assert "minutes" not in row
    assert (
        program(cast.aysel).get(listed, {"appeal": invited.appeal_id + 1}).json()["results"] == []
    )
    assert program(cast.aysel).get(listed, {"appeal": "x"}).status_code == 400
    assert program(cast.manager).get(listed).json()["results"]
    assert program(cast.other_user).get(listed).json()["results"] == []
    assert program(cast.other_user).get(f"{listed}{invited.pk}/").status_code == 404
    assert program(cast.admin).get(listed).status_code == 404


def test_a_restricted_appeal_and_its_reception_are_hidden_from_other_operators(
    program, cast, slots, make_appeal, invite
):
    hidden = make_appeal(by=cast.aysel, is_restricted=True)
    made = invite(one=hidden)
    other = program(cast.operator)
    assert other.get(f"{API}receptions/").json()["results"] == []
    assert other.get(f"{API}receptions/{made.pk}/").status_code == 404
    sent = other.post(f"{API}appeals/{hidden.pk}/invite/", {"slot": slots[1].pk}, headers=key())
    assert sent.status_code == 404


def test_a_page_asks_no_more_when_it_holds_more(
    program, cast, slots, invite, django_assert_max_num_queries
):
    client = program(cast.aysel)
    invite(slots[0])
    client.get(f"{API}receptions/")
    for slot in slots[1:]:
        invite(slot)
    with django_assert_max_num_queries(12):
        rows = client.get(f"{API}receptions/").json()["results"]
    assert len(rows) == len(slots)

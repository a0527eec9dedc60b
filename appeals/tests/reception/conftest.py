"""One Thursday morning, an official, and two hours of a Tuesday."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
import time_machine

from appeals.actions import save_applicant
from appeals.models import (
    Appeal,
    Applicant,
    Reception,
    ReceptionOfficial,
    ReceptionSlot,
)
from appeals.reception import actions
from appeals.tests.reception.world import an_official, baku, made
from people.calendar import forget

PHONE = "+994501112233"


@pytest.fixture(autouse=True)
def wall():
    """Thursday 2 April 2026, ten in the morning; tests move it on."""
    forget()
    with time_machine.travel(baku(4, 2), tick=False) as traveller:
        yield traveller
    forget()


@pytest.fixture
def official(cast) -> ReceptionOfficial:
    return an_official(cast)


@pytest.fixture
def slots(cast, official) -> list[ReceptionSlot]:
    return made(cast.head, official)


@pytest.fixture
def applicant(cast) -> Applicant:
    names = {"surname": "Sultanova", "given_name": "Lalə"}
    return save_applicant(by=cast.aysel, values=names, phones=[PHONE])


@pytest.fixture
def one(make_appeal, applicant):
    return make_appeal(applicant=applicant)


@pytest.fixture
def invited(cast, slots, one) -> Reception:
    return actions.invite(one.pk, by=cast.aysel, slot_id=slots[0].pk, client_id=uuid.uuid4())


@pytest.fixture
def invite(cast, slots, make_appeal) -> Callable[..., Reception]:
    def asked(slot: ReceptionSlot | None = None, one: Appeal | None = None, **more) -> Reception:
        return actions.invite(
            (one or make_appeal()).pk, by=cast.aysel, slot_id=(slot or slots[0]).pk,
            client_id=uuid.uuid4(), **more,
        )  # fmt: skip

    return asked

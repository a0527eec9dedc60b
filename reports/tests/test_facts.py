"""Facts follow the journal, and made again are the same."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from appeals import actions
from appeals.models import Outcome
from callcenter.worktime import BAKU
from reports.facts.filling import fill
from reports.models import AppealFact, DayFact, OpenFact, StaleAppeal, StepFact

pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(2026, 10, day, hour, tzinfo=BAKU)


def test_an_appeal_becomes_facts(make_appeal, cast) -> None:
    with time_machine.travel(at(5), tick=False):
        made = make_appeal()
    with time_machine.travel(at(6), tick=False):
        actions.take(made.pk, by=cast.aysel)
    with time_machine.travel(at(9), tick=False):
        actions.close(
            made.pk, by=cast.aysel, outcome=Outcome.objects.get(code="satisfied"), text="Cavab"
        )
    assert fill() == 1
    assert not StaleAppeal.objects.exists()
    fact = AppealFact.objects.get()
    assert (fact.registered_on.day, fact.closed_on.day, fact.took) == (5, 9, 40)
    assert (fact.registrar, fact.closer, fact.is_late) == (cast.aysel, cast.aysel, False)
    steps = StepFact.objects.order_by("sequence").values_list("status", "dwelt")
    assert list(steps) == [("registered", 86400), ("considered", 3 * 86400), ("closed", None)]
    stays = OpenFact.objects.order_by("first_on").values_list("first_on__day", "last_on__day")
    assert list(stays) == [(5, 5), (6, 8)]
    days = DayFact.objects.filter(dimension="").order_by("day")
    assert [(row.day.day, row.received, row.ended, row.opened) for row in days] == [
        (5, 1, 0, 1), (9, 0, 1, -1),
    ]  # fmt: skip

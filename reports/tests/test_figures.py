"""Figures: what is declared, what is computed, and that each equals the list it opens."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from appeals import actions
from appeals.kinds import Kind
from appeals.models import Appeal, Ground, Outcome, Topic
from callcenter.worktime import BAKU
from reports.facts.filling import fill
from reports.figures import narrowing, registry
from reports.figures.computing import Asked, read
from reports.figures.cut import Cut
from reports.figures.splitting import over_time, split
from reports.periods import Period
from reports.tests.asking import listed, rows_of

pytestmark = pytest.mark.django_db

OCTOBER = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))


def at(day: int, hour: int = 10, month: int = 10) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=BAKU)


@pytest.fixture
def october(make_appeal, cast) -> list[Appeal]:
    """Six appeals counted by hand below."""
    satisfied = Outcome.objects.get(code="satisfied")
    made = []
    with time_machine.travel(at(1), tick=False):
        # 1 and 2: questions answered at once; 2's number asks the same again on the 5th.
        for phone in ("0501110001", "0501110002"):
            made.append(
                make_appeal(
                    kind=Kind.QUESTION, caller_phone=phone, answer="Bəli", outcome=satisfied
                )
            )
    with time_machine.travel(at(5), tick=False):
        # 3: the same caller again, answered on the 9th: four days, in time.
        made.append(make_appeal(caller_phone="0501110002"))
        # 4: a restricted complaint, left open.
        made.append(
            make_appeal(
                by=cast.operator, kind=Kind.COMPLAINT, caller_phone="0501110004", is_corruption=True
            )
        )
    with time_machine.travel(at(6), tick=False):
        # 5: left without consideration on the 30th: late.
        made.append(make_appeal(kind=Kind.COMPLAINT, caller_phone="0501110005"))
        # 6: another topic; corrected later.
        made.append(
            make_appeal(caller_phone="0501110006", topic=Topic.objects.get(code="tax-voen"))
        )
    with time_machine.travel(at(9), tick=False):
        actions.close(made[2].pk, by=cast.aysel, outcome=satisfied, text="Cavab")
    with time_machine.travel(at(30), tick=False):
        actions.leave(
            made[4].pk, by=cast.aysel, ground=Ground.objects.first(), reason="Məhkəmədədir"
        )
    return made


def told(user, *codes: str, period: Period = OCTOBER, cut: Cut | None = None, now=None) -> list:
    asked = Asked(user, period, cut or Cut(), now or at(20, month=11))
    found = read(codes, asked)
    return [found[code].value if found[code].is_known else found[code].missing for code in codes]


def test_a_small_world_counted_by_hand(october, cast) -> None:
    fill()
    head = told(
        cast.head, "received", "at_once", "at_once_share", "first_contact", "ended", "left",
        "ended_late", "on_time", "median_days", "backlog", "backlog_overdue",
    )  # fmt: skip
    # In time: 1, 2 (questions have a term?), 3; late: 5.
    assert [float(value) for value in head[:7]] == [6, 2, 33.3, 50, 4, 1, 1]
    assert float(head[8]) == 14  # 4 and 24 days
    assert float(head[9]) == 2
    assert told(cast.manager, "received") == [5]
    assert told(cast.operator, "received") == [6]  # registered the restricted one
    assert told(cast.aysel, "received") == [5]
    assert told(cast.unit_user, "received") == [0]


def lists_of(user, readings) -> None:
    """Each figure is as long as the list it opens."""
    for reading in readings:
        if not reading.is_known or "referrals" in reading.url:
            continue
        assert rows_of(user, reading.url) == reading.count, reading.url
        if reading.of_url:
            assert rows_of(user, reading.of_url) == reading.of, reading.of_url


@pytest.mark.parametrize("few", [narrowing.FEW, 0])
def test_every_figure_equals_its_list(october, cast, monkeypatch, few: int) -> None:
    """Whether its appeals are named one by one or the list is read in its own order."""
    monkeypatch.setattr(narrowing, "FEW", few)
    fill()
    with time_machine.travel(at(20, month=11), tick=False):
        for reader in (cast.head, cast.manager, cast.operator, cast.aysel, cast.auditor):
            asked = Asked(reader, OCTOBER)
            lists_of(reader, read([one.code for one in registry.figures()], asked).values())


def test_the_pages_of_a_list_hold_what_the_figure_counts(october, cast, client) -> None:
    fill()
    with time_machine.travel(at(20, month=11), tick=False):
        client.force_login(cast.operator)
        found = read(["received", "first_contact", "overdue"], Asked(cast.operator, OCTOBER))
        for reading in found.values():
            assert listed(client, reading.url) == reading.count


def test_every_part_equals_its_list(october, cast) -> None:
    fill()
    with time_machine.travel(at(20, month=11), tick=False):
        for reader in (cast.head, cast.operator):
            for dimension in registry.DIMENSIONS:
                asked = Asked(reader, OCTOBER)
                codes = ["received", "ended", "backlog"]
                parts = split(codes, dimension, asked)
                whole = read(codes, asked)
                for code in codes:
                    assert sum(part.readings[code].count for part in parts) == whole[code].count
                for part in parts:
                    lists_of(reader, part.readings.values())


def test_a_line_adds_up_and_each_point_opens(october, cast) -> None:
    fill()
    with time_machine.travel(at(20, month=11), tick=False):
        for reader in (cast.head, cast.operator):
            asked = Asked(reader, OCTOBER)
            steps = over_time("received", asked)
            assert len(steps) == 31 and sum(step.reading.count for step in steps) == 6
            lists_of(reader, [step.reading for step in over_time("backlog", asked)])

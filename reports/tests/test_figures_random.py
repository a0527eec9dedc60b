"""In worlds nobody thought of, each figure is the length of the list it opens, and what plain SQL
counts, for every figure and every role; and the facts kept are the facts made anew."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from appeals.filters import AppealFilter
from appeals.kinds import Channel, Kind, Language
from appeals.models import Appeal, Region, Topic
from callcenter.worktime import BAKU
from reports.facts.checking import differences
from reports.facts.filling import fill
from reports.figures import narrowing
from reports.figures.computing import Asked, read
from reports.figures.cut import Cut
from reports.figures.cut import read as read_cut
from reports.figures.opening import read_opened
from reports.figures.registry import DIMENSIONS, Measure, figures
from reports.figures.splitting import over_time, split
from reports.periods import Period
from reports.tests.living import VERBS, Life
from reports.tests.plain import MEASURED, Plain
from reports.views.referrals import counted
from routing.models import Referral

pytestmark = pytest.mark.django_db

#: Over New Year, a leap day, Novruz and the days off moved for it.
BEGIN = dt.datetime(2023, 12, 28, 10, tzinfo=BAKU)
PERIODS = [
    Period(dt.date(2023, 12, 1), dt.date(2023, 12, 31)),
    Period(dt.date(2024, 1, 1), dt.date(2024, 1, 31)),
    Period(dt.date(2024, 2, 29), dt.date(2024, 2, 29)),
    Period(dt.date(2024, 2, 5), dt.date(2024, 3, 24)),
    Period(dt.date(2023, 11, 1), dt.date(2024, 12, 31)),
]
STEPS = st.lists(
    st.tuples(st.sampled_from(VERBS), st.sampled_from([0.5, 3, 14, 14, 50, 130])),
    min_size=35, max_size=35,
).filter(lambda steps: len({verb for verb, _hours in steps}) > 10)  # fmt: skip
WORLDS = st.tuples(STEPS, st.integers(0, 10**6))


class Undone(Exception):
    """Each world is taken back."""


def each_world(check, examples: int) -> None:
    within = settings(
        max_examples=examples, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    def alone(world) -> None:
        try:
            with transaction.atomic():
                check(*world)
                raise Undone
        except Undone:
            pass

    within(given(world=WORLDS)(alone))()


def cuts(seed: int) -> list[Cut]:
    """No filter, one the days are kept by, and two that only rows know."""
    topic = Topic.objects.get(code="tax-voen").parent
    return [
        Cut(),
        Cut(kind=Kind.values[seed % 5]),
        Cut(channel=Channel.values[seed % 3], topic=topic),
        Cut(region=Region.objects.order_by("pk").first(), language=Language.values[seed % 3]),
    ]


def test_facts_are_as_made_anew_and_every_figure_is_its_list_and_what_sql_counts(
    cast, monkeypatch
) -> None:
    everybody = [
        cast.head, cast.auditor, cast.manager, cast.aysel, cast.operator, cast.unit_user,
        cast.unit_head, cast.other_user, cast.admin,
    ]  # fmt: skip
    told = 0
    done: Counter[str] = Counter()

    def check(steps, seed: int) -> None:
        nonlocal told
        life = Life(cast, BEGIN, seed)
        life.live(steps)
        done.update(life.done)
        facts_are_as_made_anew(life, cast)
        # Of some lists the appeals are named one by one, others are read in their own order.
        monkeypatch.setattr(narrowing, "FEW", seed % 2 * 1000)
        with time_machine.travel(life.now + dt.timedelta(days=seed % 20), tick=False):
            fill()
            now = dt.datetime.now(BAKU)
            for turn, reader in enumerate(everybody):
                period = PERIODS[(turn + seed) % len(PERIODS)]
                told += equal(reader, period, cuts(seed)[turn % 4], now)

    each_world(check, examples=3)
    assert told > 3 * len(everybody) * 15
    assert len(done) >= len(set(VERBS)) - 2, set(VERBS) - set(done)


def facts_are_as_made_anew(life: Life, cast) -> None:
    """After any life; and what is open, or overdue, at midnight is what the day before ends with."""
    fill()
    assert list(differences()) == []
    day = life.now.date()
    midnight = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), BAKU)
    with time_machine.travel(midnight, tick=False):
        asked = Asked(cast.head, Period(day, day))
        told = read(["open", "backlog", "overdue", "backlog_overdue"], asked)
        assert told["backlog"].count == told["open"].count
        assert told["backlog_overdue"].count == told["overdue"].count


def equal(reader, period: Period, cut: Cut, now: dt.datetime) -> int:
    """How many figures were known; each is asked three ways."""
    plain = Plain(reader, period, cut, now)
    known = [
        reading
        for reading in read(
            [one.code for one in figures()], Asked(reader, period, cut, now)
        ).values()
        if reading.is_known
    ]
    for reading in known:
        one = reading.figure
        what = (one.code, reader.role, period.label, cut.query())
        if one.code in MEASURED:
            days = plain.measured(one.code)
            assert (reading.value is None) == (days is None), what
            assert days is None or abs(float(reading.value) - days) <= 0.1, what
        if one.code == "satisfaction":
            mean = plain.mean()
            assert (reading.value is None) == (mean is None), what
            assert mean is None or abs(float(reading.value) - mean) <= 0.051, what
        assert reading.count == plain.count(one.code), what
        assert listed(reader, reading.url) == reading.count, what
        if one.measure is Measure.SHARE:
            assert reading.of == plain.count(one.code, whole=True), what
            assert listed(reader, reading.of_url) == reading.of, what
            share = Decimal(100 * reading.count) / reading.of if reading.of else None
            assert reading.value == (None if share is None else round(share, 1)), what
    return len(known)


def listed(reader, url: str) -> int:
    """How long the list at the address is."""
    address = urlsplit(url)
    query = QueryDict(address.query)
    if address.path == "/appeals/":
        rows = Appeal.objects.visible_to(reader)
        return AppealFilter(query, queryset=rows).qs.count()
    rows = Referral.objects.visible_to(reader)
    return counted(rows, read_opened(query["figure"]), read_cut(query)).count()


def test_the_parts_and_the_days_of_a_figure_make_the_whole(cast) -> None:
    """By every dimension the figure has, and day by day, for who sees all and who sees a part."""

    def check(steps, seed: int) -> None:
        life = Life(cast, BEGIN, seed)
        life.live(steps)
        with time_machine.travel(life.now + dt.timedelta(days=9), tick=False):
            fill()
            for reader in (cast.head, cast.operator, cast.unit_user):
                add_up(Asked(reader, PERIODS[3]), cuts(seed)[seed % 2])

    each_world(check, examples=1)


def add_up(asked: Asked, cut: Cut) -> None:
    asked = asked.about(cut=cut)
    whole = read([one.code for one in figures()], asked)
    for dimension in DIMENSIONS:
        codes = [
            one.code
            for one in figures()
            if dimension in one.dimensions and whole[one.code].is_known
        ]
        parts = split(codes, dimension, asked)
        for code in codes:
            told = [part.readings[code] for part in parts]
            assert sum(one.count for one in told) == whole[code].count, (code, dimension)
            if whole[code].of is not None:
                assert sum(one.of for one in told) == whole[code].of, (code, dimension)
    for code in ("received", "ended", "sent"):
        steps = over_time(code, asked)
        assert sum(step.reading.count for step in steps) == whole[code].count, code

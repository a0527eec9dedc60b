"""Marked months tell what the facts tell one by one; a changed fact takes its month's marks away."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from appeals import actions
from appeals.models import Region, Topic
from callcenter.worktime import BAKU
from reports.facts.checking import differences
from reports.facts.filling import fill
from reports.facts.months import CAME, ENDED, mark_months
from reports.figures.computing import DAY, Asked, Numbers, numbers, read
from reports.figures.cut import Cut
from reports.figures.marked import CLOCK_OF, counted
from reports.figures.registry import DIMENSIONS, Grain, figures
from reports.models import FactsState, MonthMark
from reports.periods import Period
from reports.tests.living import Life
from reports.tests.test_figures_random import BEGIN, each_world

pytestmark = pytest.mark.django_db

#: Whole months, a part of one, parts at both ends, a leap day alone.
PERIODS = [
    Period(dt.date(2023, 12, 1), dt.date(2024, 2, 29)),
    Period(dt.date(2024, 1, 4), dt.date(2024, 1, 20)),
    Period(dt.date(2023, 12, 30), dt.date(2024, 3, 10)),
    Period(dt.date(2024, 2, 29), dt.date(2024, 2, 29)),
]
ADDED = [one for one in figures() if one.grain is Grain.APPEAL and one.column]


def cuts() -> list[Cut]:
    """Two filters and more; a branch; a value taken alone, and one that is not named."""
    topic = Topic.objects.get(code="tax-voen").parent
    region = Region.objects.order_by("pk").first()
    return [
        Cut(channel="phone", language="az"),
        Cut(topic=topic, kind="application", channel="phone"),
        Cut(region=region, topic=topic),
        Cut(kind="question", exact={"outcome": "", "region": ""}),
    ]


def told(asked: Asked, by: str | None) -> dict[str, dict[object, Numbers]]:
    """The figures' numbers, without values that count nothing."""
    found = numbers([one for one in ADDED if by in (None, DAY, *one.dimensions)], asked, by)
    return {
        code: {key: one for key, one in rows.items() if one.count or one.of}
        for code, rows in found.items()
    }


def test_a_marked_month_tells_what_its_facts_tell(cast) -> None:
    """Every figure that adds up, by every dimension and by day, for who sees all and a part."""
    seen = 0

    def check(steps, seed: int) -> None:
        nonlocal seen
        life = Life(cast, BEGIN, seed)
        life.live(steps)
        with time_machine.travel(life.now + dt.timedelta(days=9), tick=False):
            fill()
            readers = (cast.head, cast.operator, cast.manager)
            for turn, cut in enumerate(cuts()):
                reader = readers[(seed + turn) % len(readers)]
                asked = Asked(reader, PERIODS[(seed + turn) % len(PERIODS)], cut)
                MonthMark.objects.all().delete()
                by_rows = {by: told(asked, by) for by in (None, DAY, *DIMENSIONS)}
                mark_months()
                assert {by: told(asked, by) for by in by_rows} == by_rows, (cut, reader.role)
                for clock in (CAME, ENDED):
                    rest = counted(clock, asked.period, cut, [], None, sees_all=True).rest
                    assert not MonthMark.objects.filter(
                        clock=clock, month__in=[one.first.replace(day=1) for one in rest]
                    ).exists()
                seen += sum(len(rows) for rows in by_rows[None].values())
            assert list(differences()) == []

    each_world(check, examples=2)
    assert seen > 5
    assert set(CLOCK_OF.values()) == {CAME, ENDED}


def test_a_changed_fact_takes_the_marks_of_its_months_away(cast, make_appeal) -> None:
    """A topic corrected in March is counted where it belongs in January, marked again or not."""
    voen, vat = (Topic.objects.get(code=code) for code in ("tax-voen", "tax-vat"))
    made = {}
    for month in (1, 2):
        with time_machine.travel(dt.datetime(2024, month, 10, 12, tzinfo=BAKU), tick=False):
            made[month] = make_appeal(topic=voen, caller_phone=f"050111000{month}")
    now = dt.datetime(2024, 3, 5, 12, tzinfo=BAKU)
    quarter = Period(dt.date(2024, 1, 1), dt.date(2024, 3, 31))
    with time_machine.travel(now, tick=False):
        fill()
        assert mark_months() == 2
        assert mark_months() == 0

        def received(topic: Topic) -> int:
            asked = Asked(cast.head, quarter, Cut(topic=topic, channel="phone"))
            return read(["received"], asked)["received"].count

        assert (received(voen), received(vat)) == (2, 0)
        actions.correct(made[1].pk, by=cast.aysel, values={"topic_id": vat.pk})
        fill()
        left = MonthMark.objects.filter(dimension="").values_list("clock", "month")
        assert list(left) == [(CAME, dt.date(2024, 2, 1))]
        assert (received(voen), received(vat)) == (1, 1)
        assert mark_months() == 1
        assert (received(voen), received(vat)) == (1, 1)


def test_marks_wait_while_all_facts_are_made_anew(cast, make_appeal) -> None:
    make_appeal()
    fill()
    FactsState.objects.update(rebuilding_since=dt.datetime.now(BAKU))
    assert mark_months() == 0
    FactsState.objects.update(rebuilding_since=None)
    assert mark_months() == 1


def test_a_wrong_mark_is_named(cast, make_appeal) -> None:
    make_appeal()
    fill()
    mark_months()
    MonthMark.objects.filter(dimension="kind").update(key="complaint")
    assert {(one.table, one.is_kept) for one in differences()} == {
        ("reports_monthmark", True),
        ("reports_monthmark", False),
    }

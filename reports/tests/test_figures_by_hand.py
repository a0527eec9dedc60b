"""One small February counted by hand: every figure, every dimension, exactly.

2024 is a leap year; 7 February was a day of voting and nobody worked. The world is told on 20 March.
"""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.utils import translation

from appeals import actions
from appeals.actions.history import Past, import_past
from appeals.kinds import Channel, Kind, Language
from appeals.models import Appeal, Ground, Notice, Outcome, Region, Topic
from appeals.tests import world
from callcenter.worktime import BAKU
from reports.facts.checking import differences
from reports.facts.filling import fill
from reports.figures.computing import Asked, read
from reports.figures.cut import Cut
from reports.figures.labels import MODELS
from reports.figures.registry import DIMENSIONS, figures
from reports.figures.splitting import over_time, split
from reports.models import AppealFact
from reports.periods import Period
from routing import actions as routing
from tests.cast import Cast, appeal_maker, make_cast

pytestmark = pytest.mark.django_db

JANUARY = Period(dt.date(2024, 1, 1), dt.date(2024, 1, 31))
FEBRUARY = Period(dt.date(2024, 2, 1), dt.date(2024, 2, 29))
MARCH = Period(dt.date(2024, 3, 1), dt.date(2024, 3, 31))
NOW = dt.datetime(2024, 3, 20, 12, tzinfo=BAKU)


def on(month: int, day: int, hour: int = 10, minute: int = 0):
    return time_machine.travel(dt.datetime(2024, month, day, hour, minute, tzinfo=BAKU), tick=False)


@pytest.fixture(scope="module")
def cast(told_once: Path) -> Cast:
    return make_cast()


@pytest.fixture(scope="module")
def february(cast: Cast) -> dict[str, Appeal]:
    """Each appeal by the name the tables below use; facts are filled in two goes. Lived once for all tests."""
    make_appeal = appeal_maker(cast)
    satisfied = Outcome.objects.get(code="satisfied")
    voen, vat = (Topic.objects.get(code=code) for code in ("tax-voen", "tax-vat"))
    baku, ganja = Region.objects.get(code="baku"), Region.objects.get(code="ganja")
    made: dict[str, Appeal] = {}

    def phone(number: int) -> str:
        return f"05011100{number:02}"

    def at_once(number: int) -> Appeal:
        return make_appeal(
            kind=Kind.QUESTION, caller_phone=phone(number), topic=voen, answer="Bəli",
            outcome=satisfied, region=baku,
        )  # fmt: skip

    def refer(name: str, structure) -> int:
        return routing.refer(
            made[name].pk, by=cast.head, structure=structure, client_id=uuid.uuid4()
        ).pk

    def close(name: str) -> None:
        actions.close(made[name].pk, by=cast.head, outcome=satisfied, text="Cavab")

    with on(1, 31, 23, 59):
        # Of January, ended in February's first minute.
        made["midnight"] = make_appeal(caller_phone=phone(6))
    with on(2, 1, 0, 0):
        close("midnight")
    with on(2, 1):
        made["once"] = at_once(1)
        made["asked again"] = at_once(2)
    with on(2, 2):
        made["left"] = make_appeal(
            kind=Kind.PROPOSAL, caller_phone=phone(7), channel=Channel.LETTER, language=Language.RU
        )
    with on(2, 3):
        made["merged"] = make_appeal(caller_phone=phone(8))
        made["long"] = make_appeal(caller_phone=phone(8), region=ganja)
        actions.merge(made["merged"].pk, by=cast.aysel, into=made["long"].pk)
    with on(2, 5):
        made["secret"] = make_appeal(
            by=cast.operator, kind=Kind.COMPLAINT, caller_phone=phone(5), topic=vat,
            is_corruption=True,
        )  # fmt: skip
        returned = refer("long", cast.other)
    with on(2, 6):
        made["waiting"] = make_appeal(caller_phone=phone(13), channel=Channel.WEB)
        actions.ask_applicant(made["waiting"].pk, by=cast.aysel, question="Sənəd?")
        made["corrected"] = make_appeal(caller_phone=phone(11), topic=vat)
        made["reopened"] = make_appeal(caller_phone=phone(10))
        routing.return_referral(returned, by=cast.other_user, reason="Bizim deyil")
    with on(2, 7):
        made["withdrawn"] = make_appeal(caller_phone=phone(14))
        sent = refer("long", cast.unit)
    with on(2, 8):
        # Seven days after "asked again", to the minute: its answer did not hold.
        made["repeat"] = make_appeal(caller_phone=phone(2), topic=voen)
        actions.mark_repeat(made["repeat"].pk, by=cast.aysel, of=made["asked again"].pk)
        quick = refer("repeat", cast.unit)
        asked = actions.ask_extension(made["long"].pk, by=cast.aysel, quantity=5, reason="Sənəd")
        actions.decide_extension(
            made["long"].pk, by=cast.head, extension_id=asked.pk, is_granted=True
        )
    fill()
    with on(2, 9):
        routing.accept(sent, by=cast.unit_user)
        actions.take(made["withdrawn"].pk, by=cast.aysel)
        actions.withdraw(made["withdrawn"].pk, by=cast.aysel, reason="Həll olundu")
    with on(2, 10):
        close("reopened")
    with on(2, 14):
        routing.accept(quick, by=cast.unit_user)
        routing.approve(quick, by=cast.unit_head, text="Cavab")
        routing.approve(sent, by=cast.unit_head, text="Cavab")
    with on(2, 15):
        routing.rework(sent, by=cast.head, reason="Natamam")
        close("repeat")
    with on(2, 27):
        actions.leave(
            made["left"].pk, by=cast.aysel, ground=Ground.objects.first(), reason="Məhkəmə"
        )
    with on(2, 29):
        made["leap"] = at_once(3)
    with on(3, 1):
        routing.approve(sent, by=cast.unit_head, text="Tam cavab")
        close("long")
        actions.correct(made["corrected"].pk, by=cast.aysel, values={"topic_id": voen.pk})
    with on(3, 2):
        actions.reopen(made["reopened"].pk, by=cast.head, reason="Narazıdır")
    with on(3, 5):
        close("reopened")
    with on(3, 7, 10, 1):
        # Seven days and a minute after "leap": its answer held.
        made["later"] = make_appeal(caller_phone=phone(3), topic=voen)
    with on(3, 10):
        began = dt.datetime(2024, 2, 12, 9, tzinfo=BAKU)
        past = Past(
            key="1", kind=Kind.COMPLAINT, topic_id=vat.pk, text="Keçmiş", registered_at=began,
            closed_at=began + dt.timedelta(hours=36), due_at=began + dt.timedelta(days=1),
            responsible_id=cast.other.pk, outcome_id=satisfied.pk, answer="Bəli",
        )  # fmt: skip
        import_past("köhnə", [past], by=None)
    with on(3, 20, 12):
        fill()
    return made


def told(user, period: Period, *codes: str) -> dict[str, object]:
    """Count, whole and value of each figure, or why it is not known."""
    with time_machine.travel(NOW, tick=False), translation.override("en"):
        found = read(codes or [one.code for one in figures()], Asked(user, period, Cut(), NOW))
    return {
        code: one.missing or (one.count, *([one.of] if one.of is not None else []), one.value)
        for code, one in found.items()
    }


def n(count: int) -> tuple[int, int]:
    """A count, whose value is itself."""
    return count, count


def d(text: str) -> Decimal:
    return Decimal(text)


def test_every_figure_of_february(february, cast) -> None:
    expected = {
        # All but "midnight" (January) and "merged" (counted with "long"); the imported one too.
        "received": n(12), "repeats": n(1), "at_once": n(3), "at_once_share": (3, 12, d("25.0")),
        # "asked again" came back on the seventh day, "leap" a minute after it.
        "first_contact": (2, 3, d("66.7")),
        "referred": n(3), "extended": n(1), "returned": n(1), "reworked": n(1), "reopened": n(1),
        # midnight, once, asked again, withdrawn, imported, repeat, left, leap; "reopened" ended in
        # March after all. Late: "left" on the 27th (due on the 26th), the imported one by 12 hours.
        "ended": n(8), "left": n(1), "ended_late": n(2), "on_time": (6, 8, d("75.0")),
        # 0, 1.5, 2, 7 and 25 days.
        "median_days": (5, d("2.0")), "p90_days": (5, d("17.8")),
        "satisfaction": (0, None), "notices_in_time": (0, 0, None),
        # long, secret, waiting, corrected; overdue: secret since the 27th, corrected since the 28th.
        "backlog": n(4), "backlog_overdue": n(2),
        # Now: secret, waiting, corrected and March's "later".
        "open": n(4), "due_today": n(0), "overdue": n(2), "unassigned": n(0), "to_check": n(0),
        "waiting": n(1),
        "sent": n(3), "sent_open": n(0), "sent_returned": n(1), "sent_reworked": n(1),
        # The reworked answer counts when it was given again, in March.
        "answered": n(1), "answered_in_time": (1, 1, d("100.0")), "answer_days": (1, d("6.0")),
        "answered_late": n(0), "answer_days_p90": (1, d("6.0")), "owed_now": n(0),
        "owed_overdue": n(0),
    }  # fmt: skip
    found = told(cast.head, FEBRUARY)
    assert {code: value for code, value in found.items() if code in expected} == expected
    assert set(found) == set(expected), "a figure is not counted by hand"


def test_each_reader_is_told_what_the_reader_sees(february, cast) -> None:
    """The restricted one is missing for management; a structure knows its referrals only."""
    codes = ("received", "at_once_share", "ended", "backlog", "backlog_overdue", "open", "sent")
    head = (n(12), (3, 12, d("25.0")), n(8), n(4), n(2), n(4), n(3))
    less = (n(11), (3, 11, d("27.3")), n(8), n(3), n(1), n(3), n(3))
    unit = (n(0), (0, 0, None), n(0), n(0), n(0), n(0), n(2))
    for reader, expected in (
        (cast.head, head), (cast.auditor, head), (cast.operator, head), (cast.aysel, less),
        (cast.manager, less), (cast.unit_user, unit), (cast.other_user, (*unit[:-1], n(1))),
    ):  # fmt: skip
        assert tuple(told(reader, FEBRUARY, *codes).values()) == expected, reader.role


def test_the_months_around_it(february, cast) -> None:
    """What ends at midnight ends on the new day; a reopened one in the month of its last end."""
    codes = ("received", "ended", "on_time", "median_days", "p90_days", "backlog", "first_contact",
             "answered_in_time", "answer_days")  # fmt: skip
    assert tuple(told(cast.head, JANUARY, *codes).values()) == (
        n(1), n(0), (0, 0, None), (0, None), (0, None), n(1), (0, 0, None), (0, 0, None), (0, None),
    )  # fmt: skip
    assert tuple(told(cast.head, MARCH, *codes).values()) == (
        n(1), n(2), (2, 2, d("100.0")), (2, d("27.5")), (2, d("27.9")), n(4),
        "Known on 08.04.2024.", (0, 1, d("0.0")), (1, d("23.0")),
    )  # fmt: skip
    year = Period(dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert told(cast.head, year, "received", "ended") == {"received": n(14), "ended": n(10)}


def test_every_dimension_of_february(february, cast) -> None:
    """Received, ended, open and overdue at the end, by each value."""
    expected = {
        "kind": {"application": (6, 3, 3, 1), "question": (3, 3, 0, 0), "complaint": (2, 1, 1, 1),
                 "proposal": (1, 1, 0, 0)},
        # "corrected" counts where it belongs now.
        "topic": {"tax-account": (10, 7, 3, 1), "tax-reporting": (2, 1, 1, 1)},
        "structure": {"": (9, 6, 3, 2), "dvx": (2, 1, 1, 0), "kobia": (1, 1, 0, 0)},
        "region": {"": (8, 5, 3, 2), "baku": (3, 3, 0, 0), "ganja": (1, 0, 1, 0)},
        "channel": {"phone": (10, 7, 3, 2), "letter": (1, 1, 0, 0), "web": (1, 0, 1, 0)},
        "language": {"az": (11, 7, 4, 2), "ru": (1, 1, 0, 0)},
        "operator": {"aysel": (10, 7, 3, 1), "resad": (1, 0, 1, 1), "": (1, 1, 0, 0)},
        "closer": {"aysel": (5, 5, 0, 0), "mudir": (3, 2, 1, 0), "": (4, 1, 3, 2)},
        "outcome": {"satisfied": (7, 6, 1, 0), "withdrawn": (1, 1, 0, 0), "": (4, 1, 3, 2)},
        "ground": {"": (11, 7, 4, 2), "g": (1, 1, 0, 0)},
    }  # fmt: skip
    assert set(expected) == set(DIMENSIONS)
    codes = ["received", "ended", "backlog", "backlog_overdue"]
    for dimension, rows in expected.items():
        with time_machine.travel(NOW, tick=False):
            parts = split(codes, dimension, Asked(cast.head, FEBRUARY, Cut(), NOW))
        found = {
            key_of(dimension, part.key): tuple(part.readings[code].count for code in codes)
            for part in parts
        }
        assert found == rows, dimension


def key_of(dimension: str, key: str) -> str:
    model = MODELS.get(dimension)
    if model is None or not key:
        return key
    if dimension == "ground":
        return "g"
    row = model.objects.get(pk=key)
    return getattr(row, "code", "") or row.username


def test_the_backlog_of_each_day(february, cast) -> None:
    with time_machine.travel(NOW, tick=False):
        asked = Asked(cast.head, FEBRUARY, Cut(), NOW)
        steps = over_time("backlog", asked)
        received = over_time("received", asked)
    assert [step.reading.count for step in steps] == [
        0, 1, 2, 2, 3, 6, 7, 8, 7, 6, 6, 7, 6, 6, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4, 4, 4,
    ]  # fmt: skip
    assert [step.reading.count for step in received if step.reading.count] == [
        2, 1, 1, 1, 3, 1, 1, 1, 1,
    ]  # fmt: skip
    assert steps[-1].period.first == dt.date(2024, 2, 29)


def test_a_notice_counts_in_the_month_it_is_owed_by(february, cast) -> None:
    """The one about "left" was owed by the 5th of March: not sent, it is late; sent, in time."""
    owed = Notice.objects.get(appeal=february["left"], due_at__isnull=False)
    assert told(cast.head, MARCH, "notices_in_time") == {"notices_in_time": (0, 1, d("0.0"))}
    world.put(owed, sent_at=owed.due_at)
    assert told(cast.head, MARCH, "notices_in_time") == {"notices_in_time": (1, 1, d("100.0"))}


def test_the_past_and_the_corrected_reached_their_days(february, cast) -> None:
    """Facts are told in two goes, a month apart; made anew they are the same."""
    assert list(differences()) == []
    fact = AppealFact.objects.get(appeal__source_key="1")
    assert (fact.registered_on, fact.closed_on, fact.took) == (
        dt.date(2024, 2, 12), dt.date(2024, 2, 13), 15,
    )  # fmt: skip
    assert AppealFact.objects.get(pk=february["merged"].pk).is_merged

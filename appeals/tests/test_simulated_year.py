"""A whole year lived day by day: appeals come, acts change the calendar in the middle of their
terms, and every due date is the one counted by hand below."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import time_machine

from appeals.actions import (
    applicant_replied,
    ask_applicant,
    ask_extension,
    close,
    decide_extension,
)
from appeals.actions.recomputing import apply_calendar
from appeals.journal import faults
from appeals.kinds import InquirySort, Kind
from appeals.models import Appeal, MovedTerm, Outcome
from appeals.recomputing import differences
from appeals.tasks import check_terms, recompute_terms
from appeals.terms import answer_clock
from people.actions.calendar import derive_days, draft_change, set_day
from people.calendar import forget, working_calendar

pytestmark = pytest.mark.django_db
ONE_DAY = dt.timedelta(days=1)


def baku(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Baku"))


@pytest.fixture(autouse=True)
def fresh_calendar(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    forget()
    yield
    forget()


class Year:
    """The ministry in 2026: what happens is written down first, then lived in order of time."""

    def __init__(self, cast, make_appeal: Callable[..., Appeal]) -> None:
        self.cast, self.make = cast, make_appeal
        self.plan: list[tuple[dt.datetime, Callable[[], None]]] = []
        self.appeals: dict[str, int] = {}

    def at(self, moment: str, what: Callable[..., object], *args: object, **more: object) -> None:
        self.plan.append((baku(moment), lambda: what(*args, **more)))

    def live(self) -> None:
        """From the first to the last day, the night's check of all terms included."""
        plan = sorted(self.plan, key=lambda planned: planned[0])
        day, last = dt.date(2026, 1, 1), dt.date(2027, 1, 31)
        with time_machine.travel(baku("2026-01-01T02:30"), tick=False) as traveller:
            while day <= last:
                traveller.move_to(baku(f"{day}T02:30"))
                assert not any(found for _pk, found in differences(working_calendar()))
                if day.day == 1:
                    check_terms()
                while plan and plan[0][0].date() == day:
                    moment, what = plan.pop(0)
                    traveller.move_to(moment)
                    what()
                day += ONE_DAY
        assert not plan

    def registers(self, name: str, **more: object) -> None:
        self.appeals[name] = self.make(**more).pk

    def asks(self, name: str) -> None:
        ask_applicant(self.appeals[name], by=self.cast.aysel, question="Obyektin ünvanı?")

    def replies(self, name: str) -> None:
        applicant_replied(self.appeals[name], by=self.cast.aysel, reply="Gəncə, Cavadxan 7")

    def extends(self, name: str, days: int) -> None:
        pk, by = self.appeals[name], self.cast.aysel
        asked = ask_extension(pk, by=by, quantity=days, reason="Arayış gözlənilir")
        decide_extension(pk, by=self.cast.head, extension_id=asked.pk, is_granted=True)

    def answers(self, name: str) -> None:
        close(
            self.appeals[name], by=self.cast.aysel, text="Cavab verildi",
            outcome=Outcome.objects.get(code="satisfied"),
        )  # fmt: skip

    def act(self, act_on: str, days: dict[str, str], *, is_late: bool = False) -> None:
        """The Cabinet's act of a day, entered and applied by the administrator."""
        by = self.cast.admin
        change = draft_change(
            by=by, act="Nazirlər Kabinetinin Qərarı", act_on=dt.date.fromisoformat(act_on),
            client_id=uuid.uuid4(),
        )  # fmt: skip
        for date, kind in days.items():
            set_day(
                change.pk, by=by, date=dt.date.fromisoformat(date), kind=kind,
                name_az="Elan edilmiş gün", is_late=is_late,
            )  # fmt: skip
        derive_days(change.pk, by=by)
        recompute_terms(apply_calendar(change.pk, by=by).pk)

    def is_due(self, name: str, moment: str) -> None:
        one = Appeal.objects.get(pk=self.appeals[name])
        clock = answer_clock(one)
        assert clock is not None
        assert one.due_at == clock.due_at == baku(moment), (name, moment)


@pytest.fixture
def year(cast, make_appeal) -> Year:
    return Year(cast, make_appeal)


def test_a_year_of_late_holidays_and_swapped_days(year):
    """In brackets the working days counted."""
    at = year.at

    # January: 20th is the day of mourning. 6-9 (4), 12-16 (9), 19 (10), 21-23 (13), 26, 27 (15).
    at("2026-01-05T11:00", year.registers, "ledger")
    at("2026-01-05T11:01", year.is_due, "ledger", "2026-01-27T18:00")
    # Friday the 23rd is given off for Saturday the 31st: 15 is reached a day later.
    at("2026-01-12T10:00", year.act, "2026-01-10", {"2026-01-23": "moved", "2026-01-31": "working"})
    at("2026-01-12T10:01", year.is_due, "ledger", "2026-01-28T18:00")
    at("2026-01-27T12:00", year.answers, "ledger")

    # Novruz with Ramazan: eleven days off in a row. Two appeals of one day, 15 and 30 days.
    at("2026-03-02T09:30", year.registers, "benefit")
    at("2026-03-02T09:40", year.registers, "study", needs_study=True)
    at("2026-03-02T10:00", year.is_due, "benefit", "2026-04-02T18:00")
    at("2026-03-02T10:00", year.is_due, "study", "2026-04-23T18:00")
    # 1 April becomes a holiday, told on 10 March; 31 March is an hour shorter by law and counts.
    at("2026-03-10T15:00", year.act, "2026-03-09", {"2026-04-01": "holiday"})
    at("2026-03-10T15:01", year.is_due, "benefit", "2026-04-03T18:00")
    at("2026-03-10T15:01", year.is_due, "study", "2026-04-24T18:00")
    at("2026-04-03T16:00", year.answers, "benefit")
    # An act that came after its day: the 2nd had been off. What ended keeps its date.
    at("2026-04-06T09:00", year.act, "2026-04-03", {"2026-04-02": "holiday"}, is_late=True)
    at("2026-04-06T09:01", year.is_due, "benefit", "2026-04-03T18:00")
    at("2026-04-06T09:01", year.is_due, "study", "2026-04-27T18:00")

    # Waiting over Qurban: 20, 21, 22, 25, 26 May ended while the applicant was asked (5).
    at("2026-05-18T11:20", year.registers, "address")
    at("2026-05-18T11:21", year.is_due, "address", "2026-06-11T18:00")
    at("2026-05-20T10:00", year.asks, "address")
    at("2026-06-01T10:00", year.replies, "address")
    # From the 11th five more: 12 (1), 16 (2), 17 (3), 18 (4), 19 (5); the 15th is a holiday.
    at("2026-06-01T10:01", year.is_due, "address", "2026-06-19T18:00")
    # Tuesday the 16th is off, Saturday the 20th is worked: due on that Saturday.
    at("2026-06-08T10:00", year.act, "2026-06-05", {"2026-06-16": "moved", "2026-06-20": "working"})
    at("2026-06-08T10:01", year.is_due, "address", "2026-06-20T18:00")

    # Extended by 10: 23-25 (3), 28-30 September, 1, 2 October (8), 5, 6 (10).
    at("2026-09-01T14:00", year.registers, "register")
    at("2026-09-01T14:01", year.is_due, "register", "2026-09-22T18:00")
    at("2026-09-10T10:00", year.extends, "register", 10)
    at("2026-09-10T10:01", year.is_due, "register", "2026-10-06T18:00")
    # Monday 5 October is off within the extension.
    at("2026-09-15T10:00", year.act, "2026-09-14", {"2026-10-05": "holiday"})
    at("2026-09-15T10:01", year.is_due, "register", "2026-10-07T18:00")

    # 48 hours without days off: 9 on Friday, 24 on Monday, 15 on Tuesday.
    danger = {"kind": Kind.INQUIRY, "inquiry_sort": InquirySort.DANGER}
    at("2026-10-23T15:00", year.registers, "danger", **danger)
    at("2026-10-23T15:01", year.is_due, "danger", "2026-10-27T15:00")
    # 24 hours by the clock stay what they are.
    topical = {"kind": Kind.INQUIRY, "inquiry_sort": InquirySort.TOPICAL}
    at("2026-10-23T15:05", year.registers, "topical", **topical)
    at("2026-10-23T17:00", year.act, "2026-10-23", {"2026-10-26": "holiday"})
    at("2026-10-23T17:01", year.is_due, "danger", "2026-10-28T15:00")
    at("2026-10-23T17:01", year.is_due, "topical", "2026-10-24T15:05")

    # The day moved for the two feasts of November is worked after all: a day earlier.
    at("2026-11-02T10:00", year.registers, "market")
    at("2026-11-02T10:01", year.is_due, "market", "2026-11-25T18:00")
    at("2026-11-05T10:00", year.act, "2026-11-04", {"2026-11-10": "working"})
    at("2026-11-05T10:01", year.is_due, "market", "2026-11-24T18:00")

    # Over New Year: 22-25 (4), 28-30 (7), 5-8 January (11), 11-14 (15).
    at("2026-12-21T10:00", year.registers, "tariff")
    at("2026-12-21T10:01", year.is_due, "tariff", "2027-01-14T18:00")
    # The next year's calendar is settled late: Friday 8 January is off too.
    at("2026-12-28T10:00", year.act, "2026-12-26", {"2027-01-08": "moved"})
    at("2026-12-28T10:01", year.is_due, "tariff", "2027-01-15T18:00")

    year.live()

    ended = Appeal.objects.get(pk=year.appeals["ledger"])
    assert (ended.is_late, Appeal.objects.get(pk=year.appeals["benefit"]).is_late) == (False, False)
    assert Appeal.objects.filter(is_open=True).count() == 7
    # Each change wrote into the journal of exactly the appeals whose answer it moved.
    moved = {
        name: MovedTerm.objects.filter(clock__appeal=pk, clock__use="appeal").count()
        for name, pk in year.appeals.items()
    }
    assert moved == {
        "ledger": 1, "benefit": 1, "study": 2, "address": 1, "register": 1, "danger": 1,
        "topical": 0, "market": 1, "tariff": 1,
    }  # fmt: skip
    assert list(faults()) == []

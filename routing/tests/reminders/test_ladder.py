"""The ladder of reminders: who, when, why, once each, whatever happens to the sweep."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from appeals.actions import ask_applicant, take
from appeals.actions.work import applicant_replied
from appeals.models import Appeal, Clock
from callcenter.worktime import Calendar, Segment, Term, elapsed_share, moment_of_share
from people.calendar import working_calendar
from people.models import Delegation, User
from routing.actions import accept, approve, ask_extension, decide_extension, refer
from routing.models import Referral, Reminder, ReminderTo
from routing.reminders.actions import save_step
from routing.reminders.delivering import (
    tell_on_screen,
)
from routing.reminders.models import SendState
from routing.reminders.sweeping import sweep
from routing.tests.reminders.world import MONDAY, Make, given, to, told
from tests.cast import Cast

pytestmark = pytest.mark.django_db


class TestMoments:
    """The moment of a share is where the share of that moment says it is."""

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.8, 0.95])
    @pytest.mark.parametrize("days", [1, 3, 10, 15])
    def test_of_working_days(self, share: float, days: int):
        calendar, pauses = Calendar(), (Segment(MONDAY, None, True),)
        due = calendar.due_working_days(MONDAY, days)
        at = moment_of_share(calendar, "working_days", MONDAY, due, pauses, share)
        gone = elapsed_share(calendar, Term(days), MONDAY, pauses, now=at)
        assert gone == pytest.approx(share, abs=1e-6)

    def test_of_hours_over_a_weekend(self):
        calendar, friday = Calendar(), MONDAY + dt.timedelta(days=4)
        due = calendar.due_hours(friday, 48, skip_non_working=True)
        at = moment_of_share(calendar, "working_day_hours", friday, due, (), 0.5)
        assert at == friday.replace(hour=10) + dt.timedelta(days=3)

    def test_a_pause_moves_it(self):
        calendar = Calendar()
        pause = Segment(MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=3), False)
        due = calendar.due_working_days(MONDAY, 12)
        at = moment_of_share(calendar, "working_days", MONDAY, due, (pause,), 0.5)
        assert at == calendar.ends_at(calendar.add_working_days(MONDAY.date(), 7))

    def test_the_whole_is_the_due_moment(self):
        due = MONDAY + dt.timedelta(hours=24)
        assert moment_of_share(Calendar(), "hours", MONDAY, due, (), 1) == due


class TestLadder:
    def test_each_step_goes_to_its_people_once(self, cast: Cast, make_appeal: Make, clock):
        referral = given(cast, make_appeal)
        accept(referral.pk, by=cast.unit_user)
        seen: dict[tuple[int, int], str] = {}
        for day in range(13):
            for hour in (9, 18):
                to(clock, day, hour)
                sweep()
                for percent, days, who in told(referral):
                    seen.setdefault((percent, days), f"{day} {hour} {who}")
        assert seen == {
            (50, 0): "5 18 gunel",
            (80, 0): "8 18 vaqif",
            (100, 0): "10 18 mudir",
            (100, 1): "11 18 rehber",
        }
        assert len(told(referral)) == 4

    def test_a_sweep_that_missed_days_makes_good_every_step(
        self, cast: Cast, make_appeal: Make, clock
    ):
        referral = given(cast, make_appeal)
        to(clock, 15, 9)
        assert sweep().made == 4
        assert (sweep().made, sweep().made) == (0, 0)
        assert [row[:2] for row in told(referral)] == [(50, 0), (80, 0), (100, 0), (100, 1)]

    def test_before_it_is_accepted_the_structures_desk_is_reminded(
        self, cast: Cast, make_appeal: Make, clock
    ):
        referral = given(cast, make_appeal)
        to(clock, 5, 18)
        sweep()
        assert told(referral) == [(50, 0, "vaqif")]

    def test_an_answer_ends_it(self, cast: Cast, make_appeal: Make, clock):
        referral = given(cast, make_appeal)
        accept(referral.pk, by=cast.unit_user)
        to(clock, 5, 18)
        sweep()
        approve(referral.pk, by=cast.unit_head, text="Cavab")
        to(clock, 20, 18)
        sweep()
        assert len(told(referral)) == 1

    def test_a_substitute_is_reminded_too_and_the_row_says_for_whom(
        self, cast: Cast, make_appeal: Make, clock
    ):
        Delegation.objects.create(
            principal=cast.unit_head, delegate=cast.unit_user, valid_from=MONDAY.date(),
            order_number="12", order_on=MONDAY.date(),
        )  # fmt: skip
        referral = given(cast, make_appeal)
        to(clock, 8, 18)
        sweep()
        rows = ReminderTo.objects.filter(reminder__percent=80, channel="screen")
        assert {(row.user, row.in_place_of) for row in rows} == {
            (cast.unit_head, None), (cast.unit_user, cast.unit_head),
        }  # fmt: skip
        assert referral.is_open

    def test_an_executor_who_left_is_replaced_by_the_structures_desk(
        self, cast: Cast, make_appeal: Make, clock
    ):
        referral = given(cast, make_appeal)
        accept(referral.pk, by=cast.unit_user)
        User.objects.filter(pk=cast.unit_user.pk).update(is_active=False)
        to(clock, 5, 18)
        sweep()
        assert told(referral) == [(50, 0, "vaqif")]

    def test_who_is_complained_about_is_not_reminded(self, cast: Cast, make_appeal: Make, clock):
        made = make_appeal(kind="complaint", complained_user=cast.unit_user)
        take(made.pk, by=cast.aysel)
        referral = refer(
            made.pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4(), days=10
        )
        Referral.objects.filter(pk=referral.pk).update(executor=cast.unit_user)
        to(clock, 5, 18)
        sweep()
        assert told(referral) == [(50, 0, "vaqif")]

    def test_a_step_added_later_reminds_of_nothing_past(self, cast: Cast, make_appeal: Make, clock):
        old = given(cast, make_appeal)
        to(clock, 6, 9)
        values = {
            "kind": "execution", "percent": 30, "days_after": 0, "target": "executor",
            "by_screen": True, "by_email": False, "is_active": True,
        }  # fmt: skip
        save_step(by=cast.admin, values=values)
        young = given(cast, make_appeal)
        to(clock, 9, 18)
        sweep()
        assert (30, 0) not in [row[:2] for row in told(old)]
        assert (30, 0) in [row[:2] for row in told(young)]


class TestTermsThatMove:
    def test_an_extension_renews_what_was_said_of_the_old_term(
        self, cast: Cast, make_appeal: Make, clock
    ):
        referral = given(cast, make_appeal)
        accept(referral.pk, by=cast.unit_user)
        to(clock, 6, 9)
        sweep()
        ask_extension(referral.pk, by=cast.unit_user, days=10, reason="Sənəd gözlənilir")
        decide_extension(referral.pk, by=cast.head, is_granted=True)
        for day in range(6, 25):
            to(clock, day, 18)
            sweep()
        reached = Reminder.objects.filter(referral=referral).order_by("id")
        days = [(row.percent, row.days_after, timezone.localdate(row.remind_at)) for row in reached]
        calendar = working_calendar()
        assert days == [
            (percent, after, calendar.add_working_days(MONDAY.date(), day))
            for percent, after, day in
            [(50, 0, 5), (50, 0, 10), (80, 0, 16), (100, 0, 20), (100, 1, 21)]
        ]  # fmt: skip

    def test_a_term_that_moved_before_sending_is_told_at_its_new_time_only(
        self, cast: Cast, make_appeal: Make, clock
    ):
        referral = given(cast, make_appeal)
        to(clock, 10, 18)
        sweep()
        assert ReminderTo.objects.filter(state=SendState.OWED).exists()
        later = working_calendar().due_working_days(MONDAY, 12)
        Clock.objects.filter(pk=referral.clock_id).update(due_at=later)
        sweep()
        over = Reminder.objects.get(percent=100, days_after=0)
        assert over.withdrawn_at is not None
        assert set(over.sent_to.values_list("state", flat=True)) == {SendState.WITHDRAWN}
        to(clock, 12, 18)
        sweep()
        tell_on_screen()
        live = Reminder.objects.filter(percent=100, days_after=0, withdrawn_at__isnull=True)
        assert [row.due_at for row in live] == [later]

    def test_a_term_set_back_by_the_calendar_is_not_told_twice(
        self, cast: Cast, make_appeal: Make, clock
    ):
        referral = given(cast, make_appeal)
        to(clock, 10, 18)
        sweep()
        tell_on_screen()
        earlier = working_calendar().due_working_days(MONDAY, 9)
        Clock.objects.filter(pk=referral.clock_id).update(due_at=earlier)
        sweep()
        assert Reminder.objects.filter(percent=100, days_after=0).count() == 1

    def test_what_was_withdrawn_comes_back_when_the_term_is_what_it_was(
        self, cast: Cast, make_appeal: Make, clock
    ):
        referral = given(cast, make_appeal)
        due = referral.due_at
        to(clock, 10, 18)
        sweep()
        for moved in (due + dt.timedelta(days=9), due):
            Clock.objects.filter(pk=referral.clock_id).update(due_at=moved)
            sweep()
        over = Reminder.objects.get(percent=100, days_after=0)
        assert over.withdrawn_at is None
        assert set(over.sent_to.values_list("state", flat=True)) == {SendState.OWED}


class TestOwnTerm:
    def test_the_holder_then_the_head_then_management(self, cast: Cast, make_appeal: Make, clock):
        made = take(make_appeal().pk, by=cast.aysel)
        for day in range(20):
            to(clock, day, 18)
            sweep()
        rows = ReminderTo.objects.filter(reminder__appeal=made, channel="screen")
        rows = rows.order_by("reminder__percent", "reminder__days_after")
        assert [(r.reminder.percent, r.reminder.days_after, r.user.username) for r in rows] == [
            (50, 0, "aysel"), (80, 0, "aysel"), (100, 0, "mudir"), (100, 1, "rehber"),
        ]  # fmt: skip

    def test_nobodys_appeal_is_the_heads(self, cast: Cast, make_appeal: Make, clock):
        made = make_appeal()
        Appeal.objects.filter(pk=made.pk).update(owner=None)
        to(clock, 8, 18)
        sweep()
        assert [row.user.username for row in ReminderTo.objects.filter(channel="screen")] == [
            "mudir"
        ]

    def test_while_the_applicant_is_asked_nobody_is_reminded(
        self, cast: Cast, make_appeal: Make, clock
    ):
        made = take(make_appeal().pk, by=cast.aysel)
        to(clock, 1, 11)
        ask_applicant(made.pk, by=cast.aysel, question="VÖEN?")
        to(clock, 40, 18)
        assert sweep().made == 0
        applicant_replied(made.pk, by=cast.aysel, reply="1400057021")
        assert sweep().made == 0
        to(clock, 48, 18)
        sweep()
        assert [row.percent for row in Reminder.objects.all()] == [50]

    def test_a_structure_that_has_it_is_reminded_instead_until_the_end(
        self, cast: Cast, make_appeal: Make, clock
    ):
        referral = given(cast, make_appeal, days=40)
        to(clock, 14, 18)
        sweep()
        assert not Reminder.objects.filter(referral=None).exists()
        to(clock, 15, 18)
        sweep()
        assert [row.percent for row in Reminder.objects.filter(referral=None)] == [100]
        assert referral.is_open

    def test_management_is_not_told_of_what_it_may_not_see(
        self, cast: Cast, make_appeal: Make, clock
    ):
        made = take(make_appeal(is_restricted=True).pk, by=cast.aysel)
        to(clock, 17, 18)
        sweep()
        late = ReminderTo.objects.filter(reminder__appeal=made, reminder__days_after=1)
        assert {row.user for row in late} == {cast.head}

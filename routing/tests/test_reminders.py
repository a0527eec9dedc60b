"""The ladder of reminders: who, when, why, once each, whatever happens to the sweep."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.utils import timezone

from appeals.actions import ask_applicant, take
from appeals.actions.work import applicant_replied
from appeals.models import Appeal, Clock
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from callcenter.worktime import BAKU, Calendar, Segment, Term, elapsed_share, moment_of_share
from people.calendar import working_calendar
from people.models import Alert, AuditEntry, Delegation, Placement, Position, User
from routing.actions import accept, approve, ask_extension, decide_extension, refer, withdraw
from routing.models import LadderStep, Referral, Reminder, ReminderAlarm, ReminderMail, ReminderTo
from routing.reminders.actions import handle_alarm, remove_step, save_step
from routing.reminders.delivering import (
    due_mails,
    last_mail_time,
    pack_mails,
    send_mail,
    tell_on_screen,
)
from routing.reminders.models import SendState, Target
from routing.reminders.sweeping import sweep
from tests.cast import Cast

pytestmark = pytest.mark.django_db
Make = Callable[..., Appeal]
#: Monday, and the calendar has no holiday for two weeks after it.
MONDAY = dt.datetime(2026, 6, 29, 10, tzinfo=BAKU)


@pytest.fixture
def clock(cast: Cast) -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def to(clock: time_machine.Coordinates, day: int, hour: int, minute: int = 0) -> None:
    """Move to a working day counted from Monday, 0."""
    on = working_calendar().add_working_days(MONDAY.date(), day)
    clock.move_to(dt.datetime.combine(on, dt.time(hour, minute), tzinfo=BAKU))


def given(cast: Cast, make_appeal: Make, days: int = 10, **more: object) -> Referral:
    made = make_appeal()
    take(made.pk, by=cast.aysel)
    return refer(
        made.pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4(), days=days, **more
    )


def told(referral: Referral) -> list[tuple[int, int, str]]:
    """(percent, days after, who) of every row on the screen, in order."""
    rows = ReminderTo.objects.filter(reminder__referral=referral, channel="screen")
    return [
        (row.reminder.percent, row.reminder.days_after, row.user.username)
        for row in rows.select_related("reminder", "user").order_by("reminder_id", "user__username")
    ]


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


class TestAlarms:
    @pytest.fixture
    def nobody(self, cast: Cast, make_appeal: Make, clock) -> ReminderAlarm:
        Placement.objects.filter(structure=cast.unit).delete()
        given(cast, make_appeal)
        to(clock, 5, 18)
        assert sweep().alarms == 1
        return ReminderAlarm.objects.get()

    def test_nobody_to_remind_is_an_alarm_once(self, nobody: ReminderAlarm):
        assert (sweep().alarms, ReminderAlarm.objects.count(), nobody.end) == (0, 1, "")

    def test_somebody_found_later_is_reminded_and_the_alarm_ends(
        self, cast: Cast, nobody: ReminderAlarm
    ):
        Placement.objects.create(
            user=cast.unit_head, structure=cast.unit, position=Position.HEAD,
            valid_from=MONDAY.date(),
        )  # fmt: skip
        assert sweep().found == 1
        nobody.refresh_from_db()
        assert nobody.end == ReminderAlarm.End.FOUND
        assert nobody.reminder.sent_to.get(channel="screen").user == cast.unit_head

    def test_the_head_deals_with_it_and_it_stays_dealt_with(
        self, cast: Cast, nobody: ReminderAlarm
    ):
        with pytest.raises(NotAllowed):
            handle_alarm(nobody.pk, by=cast.aysel, note="Zəng edildi")
        with pytest.raises(RuleBroken) as broken:
            handle_alarm(nobody.pk, by=cast.head, note=" ")
        assert broken.value.field == "note"
        handle_alarm(nobody.pk, by=cast.head, note="Quruma zəng edildi")
        with pytest.raises(AlreadyDone):
            handle_alarm(nobody.pk, by=cast.head, note="Yenə")
        assert sweep().alarms == 0
        nobody.refresh_from_db()
        assert (nobody.end, nobody.handled_by) == (ReminderAlarm.End.HANDLED, cast.head)
        assert AuditEntry.objects.filter(kind="alarm.handled").count() == 1

    def test_the_end_of_the_matter_ends_it(self, cast: Cast, nobody: ReminderAlarm):
        withdraw(nobody.reminder.referral_id, by=cast.aysel, reason="Səhv göndərilib")
        sweep()
        nobody.refresh_from_db()
        assert nobody.end == ReminderAlarm.End.ENDED


class TestTelling:
    @pytest.fixture(autouse=True)
    def addresses(self, cast: Cast) -> None:
        User.objects.filter(pk=cast.unit_head.pk).update(email="vaqif@example.az")

    def test_one_person_gets_one_alert_and_one_mail_for_many(
        self, cast: Cast, make_appeal: Make, clock
    ):
        for _n in range(3):
            given(cast, make_appeal)
        to(clock, 5, 18)
        sweep()
        assert tell_on_screen() == 1
        assert tell_on_screen() == 0
        alert = Alert.objects.get(user=cast.unit_head, kind__startswith="reminder.")
        assert (alert.kind, alert.values) == ("reminder.many", {"count": 3})
        assert pack_mails() == 0
        to(clock, 6, 9)
        assert (pack_mails(), pack_mails()) == (1, 0)
        (key,) = due_mails()
        assert (send_mail(key), send_mail(key)) == (SendState.SENT, SendState.SENT)
        (message,) = mail.outbox
        assert message.to == ["Orucov Vaqif <vaqif@example.az>"]
        assert message.body.count("/inbox/") == 3
        assert "+994" not in message.body
        assert set(ReminderTo.objects.values_list("state", flat=True)) == {SendState.SENT}

    def test_one_reminder_opens_its_referral(self, cast: Cast, make_appeal: Make, clock):
        referral = given(cast, make_appeal)
        to(clock, 5, 18)
        sweep()
        tell_on_screen()
        alert = Alert.objects.get(user=cast.unit_head, kind="reminder.within")
        assert alert.url == f"/inbox/{referral.pk}/"
        assert alert.values["percent"] == 50

    def test_an_answer_before_the_mail_leaves_it_out(self, cast: Cast, make_appeal: Make, clock):
        referral = given(cast, make_appeal)
        to(clock, 5, 18)
        sweep()
        to(clock, 6, 9)
        pack_mails()
        withdraw(referral.pk, by=cast.aysel, reason="Səhv göndərilib")
        sweep()
        assert send_mail(due_mails()[0]) == SendState.WITHDRAWN
        assert mail.outbox == []

    def test_a_mail_server_that_is_away_is_asked_again_later(
        self, cast: Cast, make_appeal: Make, clock, monkeypatch
    ):
        given(cast, make_appeal)
        to(clock, 5, 18)
        sweep()
        to(clock, 6, 9)
        pack_mails()
        (key,) = due_mails()
        with monkeypatch.context() as away:
            away.setattr("django.core.mail.EmailMessage.send", _refuse)
            assert send_mail(key) == SendState.OWED
        assert due_mails() == []
        to(clock, 6, 9, 2)
        assert [send_mail(each) for each in due_mails()] == [SendState.SENT]
        assert ReminderMail.objects.get().attempts == 2
        assert len(mail.outbox) == 1

    def test_without_an_address_the_screen_is_the_way(self, cast: Cast, make_appeal: Make, clock):
        LadderStep.objects.filter(target=Target.EXECUTOR).update(by_screen=False)
        User.objects.filter(pk=cast.unit_head.pk).update(email="")
        given(cast, make_appeal)
        to(clock, 5, 18)
        sweep()
        assert list(ReminderTo.objects.values_list("channel", flat=True)) == ["screen"]

    @pytest.mark.parametrize(
        ("now", "last"),
        [
            ((29, 8, 0), (25, 14)),  # Friday the 26th is a holiday
            ((29, 9, 0), (29, 9)),
            ((29, 13, 59), (29, 9)),
            ((29, 23, 0), (29, 14)),
        ],
    )
    def test_mails_go_out_at_their_hours(self, cast: Cast, now, last):
        moment = dt.datetime(2026, 6, *now, tzinfo=BAKU)
        assert last_mail_time(moment) == dt.datetime(2026, 6, *last, tzinfo=BAKU)


def _refuse(*args: object, **kwargs: object) -> None:
    raise ConnectionRefusedError


class TestKeepingTheLadder:
    VALUES = {
        "kind": "execution", "percent": 30, "days_after": 0, "target": "executor",
        "by_screen": True, "by_email": True, "is_active": True,
    }  # fmt: skip

    def test_only_an_administrator_keeps_it(self, cast: Cast):
        for person in (cast.head, cast.aysel, cast.unit_head, cast.manager):
            with pytest.raises(NotAllowed):
                save_step(by=person, values=self.VALUES)
        row = save_step(by=cast.admin, values=self.VALUES)
        save_step(by=cast.admin, values={**self.VALUES, "percent": 40}, step_id=row.pk, version=1)
        remove_step(row.pk, by=cast.admin)
        kinds = AuditEntry.objects.filter(object_kind="ladderstep").order_by("id")
        assert list(kinds.values_list("kind", flat=True)) == [
            "ladder.added", "ladder.changed", "ladder.removed",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"percent": 50}, "step_taken"),
            ({"days_after": 2}, "days_after_the_end"),
            ({"by_screen": False, "by_email": False}, "no_channel"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, cast: Cast, change: dict, code: str):
        with pytest.raises(RuleBroken) as broken:
            save_step(by=cast.admin, values={**self.VALUES, **change})
        assert broken.value.code == code

    def test_a_save_over_a_colleagues_save_is_noticed(self, cast: Cast):
        row = save_step(by=cast.admin, values=self.VALUES)
        save_step(by=cast.admin, values=self.VALUES, step_id=row.pk, version=1)
        with pytest.raises(StaleForm):
            save_step(by=cast.admin, values=self.VALUES, step_id=row.pk, version=1)


class TestPages:
    def test_the_head_sees_alarms_on_the_first_page_and_deals_with_them(
        self, cast: Cast, make_appeal: Make, clock, client
    ):
        Placement.objects.filter(structure=cast.unit).delete()
        referral = given(cast, make_appeal)
        to(clock, 5, 18)
        sweep()
        client.force_login(cast.head)
        assert referral.appeal.number in client.get("/today/").content.decode()
        alarm = ReminderAlarm.objects.get()
        url = f"/reminders/alarms/{alarm.pk}/"
        assert client.post(url, {"note": " "}).status_code == 422
        assert client.post(url, {"note": "Quruma zəng edildi"}).status_code == 302
        page = client.get("/reminders/alarms/?list=all").content.decode()
        assert "Quruma zəng edildi" in page
        cache.clear()  # a dashboard is kept for half a minute
        assert 'id="alarms"' not in client.get("/today/").content.decode()

    @pytest.mark.parametrize("path", ["/reminders/alarms/", "/reminders/ladder/"])
    def test_others_find_no_such_pages(self, cast: Cast, client, path: str):
        for person in (cast.aysel, cast.unit_head, cast.unit_user):
            client.force_login(person)
            assert client.get(path).status_code == 404

    def test_the_ladder_is_edited(self, cast: Cast, client):
        client.force_login(cast.admin)
        assert client.get("/reminders/ladder/").status_code == 200
        data = {
            "kind": "document", "percent": 30, "days_after": 0, "target": "executor",
            "by_screen": "on", "is_active": "on", "version": 0,
        }  # fmt: skip
        assert client.post("/reminders/ladder/new/", data).status_code == 302
        assert client.post("/reminders/ladder/new/", data).status_code == 422
        row = LadderStep.objects.get(kind="document", percent=30)
        bad = {**data, "days_after": 1, "version": 1}
        assert client.post(f"/reminders/ladder/{row.pk}/", bad).status_code == 422
        assert client.post(f"/reminders/ladder/{row.pk}/remove/").status_code == 302
        assert not LadderStep.objects.filter(pk=row.pk).exists()

    def test_a_kind_without_steps_is_said_to_be_silent(self, cast: Cast, client):
        LadderStep.objects.filter(kind="document").update(is_active=False)
        client.force_login(cast.admin)
        assert "is-warn" in client.get("/reminders/ladder/").content.decode()

    def test_sent_and_coming_stand_on_both_pages_and_in_ones_own_list(
        self, cast: Cast, make_appeal: Make, clock, client
    ):
        referral = given(cast, make_appeal)
        accept(referral.pk, by=cast.unit_user)
        to(clock, 5, 18)
        sweep()
        tell_on_screen()
        client.force_login(cast.unit_user)
        own = client.get("/reminders/").content.decode()
        assert f"/inbox/{referral.pk}/" in own
        for person, path in (
            (cast.unit_user, f"/inbox/{referral.pk}/"),
            (cast.aysel, referral.appeal.get_absolute_url()),
        ):
            client.force_login(person)
            page = client.get(path).content.decode()
            panel = page[page.index('id="reminders"') :]
            assert cast.unit_user.short_name in panel
            assert panel.index("09.07.2026 18:00") < panel.index(cast.unit_user.short_name)
        client.force_login(cast.other_user)
        assert f"/inbox/{referral.pk}/" not in client.get("/reminders/").content.decode()
        assert client.get("/reminders/?at=nonsense").status_code == 404

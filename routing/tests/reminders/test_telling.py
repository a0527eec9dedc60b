"""Where nobody can be reminded, how people are told, who keeps the ladder, what the pages show."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.core.cache import cache

from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from callcenter.worktime import BAKU
from people.models import Alert, AuditEntry, Placement, Position, User
from routing.actions import accept, withdraw
from routing.models import LadderStep, ReminderAlarm, ReminderMail, ReminderTo
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
from routing.tests.reminders.world import MONDAY, Make, given, to
from tests.cast import Cast

pytestmark = pytest.mark.django_db


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

"""The administrator's calendar: an act, its days, what moves, applied once, computed again."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from appeals.actions import ask_applicant, recomputing
from appeals.actions.recomputing import (
    apply_calendar,
    move_term,
    owe_recomputation,
    recompute,
    unfinished,
)
from appeals.calendars import effect_of
from appeals.models import Appeal, Clock, MovedTerm, Recomputation
from appeals.recomputing import Difference
from appeals.tasks import check_terms, recompute_terms, sweep_recomputations
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.actions.calendar import (
    calendar_with,
    derive_days,
    draft_change,
    drop_change,
    set_day,
)
from people.calendar import forget, working_calendar
from people.models import AuditEntry, CalendarChange, CalendarChangeDay, CalendarDay
from people.models.calendar import DayKind

pytestmark = pytest.mark.django_db
ACT = "Nazirlər Kabinetinin 421 nömrəli Qərarı"
SIXTEENTH = dt.date(2026, 3, 16)


def baku(month: int, day: int, hour: int = 18) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=ZoneInfo("Asia/Baku"))


@pytest.fixture(autouse=True)
def second_of_march():
    forget()
    with time_machine.travel(baku(3, 2, 10), tick=False) as traveller:
        yield traveller
    forget()


@pytest.fixture
def change(cast) -> CalendarChange:
    return draft_change(by=cast.admin, act=ACT, act_on=dt.date(2026, 2, 27), client_id=uuid.uuid4())


def due(one: Appeal) -> dt.datetime:
    return Appeal.objects.values_list("due_at", flat=True).get(pk=one.pk)


def holiday(change: CalendarChange, cast, date: dt.date = SIXTEENTH, **more: object) -> None:
    values: dict[str, object] = {"kind": "holiday", "name_az": "Əlavə istirahət günü", **more}
    set_day(change.pk, by=cast.admin, date=date, **values)


def test_a_late_announced_holiday_moves_every_running_term_and_tells_the_journal(
    change, cast, make_appeal
):
    one, closed = make_appeal(), make_appeal()
    Clock.objects.filter(appeal=closed).update(stopped_at=baku(3, 2, 11))
    assert due(one) == baku(4, 2)
    holiday(change, cast)
    effect = effect_of(calendar_with(change))
    assert (effect.running, effect.later, effect.earlier) == (1, 1, 0)
    assert due(one) == baku(4, 2)  # looking changes nothing
    run = apply_calendar(change.pk, by=cast.admin)
    recompute(run.pk)
    assert due(one) == baku(4, 3)
    assert due(closed) == baku(4, 2)
    last = one.entries.order_by("sequence").last()
    assert (last.kind, last.actor_name) == ("recompute", "system")
    assert ACT in last.note
    moved = MovedTerm.objects.get(run=run)
    assert (moved.before, moved.after) == (baku(4, 2), baku(4, 3))
    assert AuditEntry.objects.filter(kind="calendar.day", actor=cast.admin).count() == 1


def test_computing_again_twice_moves_nothing_twice(change, cast, make_appeal):
    one = make_appeal()
    holiday(change, cast)
    run = apply_calendar(change.pk, by=cast.admin)
    recompute(run.pk)
    length = one.entries.count()
    recompute(run.pk)
    recompute(owe_recomputation().pk)
    assert one.entries.count() == length
    assert due(one) == baku(4, 3)


def test_a_run_left_by_a_lost_worker_is_found_again(change, cast, make_appeal, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    one = make_appeal()
    holiday(change, cast)
    run = apply_calendar(change.pk, by=cast.admin)
    assert unfinished() == [run.pk]
    recompute_terms(run.pk)
    assert unfinished() == []
    assert due(one) == baku(4, 3)
    sweep_recomputations()
    check_terms()
    assert due(one) == baku(4, 3)


def test_a_worker_lost_in_the_middle_leaves_nothing_out_of_the_terms_or_their_count(
    change, cast, make_appeal, monkeypatch
):
    many = [make_appeal() for _ in range(5)]
    holiday(change, cast)
    run = apply_calendar(change.pk, by=cast.admin)
    lengths = [one.entries.count() for one in many]
    done: list[int] = []

    def dies_after_three(run: Recomputation, found: Difference) -> bool:
        if len(done) == 3:
            raise SystemExit
        done.append(found.clock_id)
        return move_term(run, found)

    monkeypatch.setattr(recomputing, "move_term", dies_after_three)
    with pytest.raises(SystemExit):
        recompute(run.pk)
    assert MovedTerm.objects.filter(run=run).count() == 3
    assert unfinished() == [run.pk]
    monkeypatch.undo()
    told = recompute(run.pk)
    assert (told.done, told.moved, MovedTerm.objects.filter(run=run).count()) == (5, 5, 5)
    assert all(due(one) == baku(4, 3) for one in many)
    assert [one.entries.count() for one in many] == [length + 1 for length in lengths]


def test_a_term_that_stands_keeps_standing(change, cast, make_appeal):
    one = make_appeal()
    ask_applicant(one.pk, by=cast.aysel, question="VÖEN?")
    holiday(change, cast)
    recompute(apply_calendar(change.pk, by=cast.admin).pk)
    assert due(one) == baku(4, 3)


def test_a_swapped_day_worked_on_saturday_brings_the_term_forward(change, cast, make_appeal):
    one = make_appeal()
    set_day(
        change.pk, by=cast.admin, date=dt.date(2026, 3, 14), kind="working",
        name_az="Köçürülmüş iş günü",
    )  # fmt: skip
    effect = effect_of(calendar_with(change))
    assert (effect.later, effect.earlier, effect.shifts) == (0, 1, [(-1, 1)])
    recompute(apply_calendar(change.pk, by=cast.admin).pk)
    assert due(one) == baku(4, 1)


def test_a_day_can_be_made_ordinary_again(change, cast):
    set_day(change.pk, by=cast.admin, date=dt.date(2026, 3, 20), kind="")
    apply_calendar(change.pk, by=cast.admin)
    assert working_calendar().is_working(dt.date(2026, 3, 20))
    assert not CalendarDay.objects.filter(date=dt.date(2026, 3, 20)).exists()


def test_the_labour_code_moves_a_holiday_on_a_rest_day_and_shortens_the_eve(change, cast):
    holiday(change, cast, dt.date(2026, 4, 18))  # a Saturday
    holiday(change, cast, dt.date(2026, 4, 22))  # a Wednesday
    assert derive_days(change.pk, by=cast.admin) == 3
    kinds = dict(change.days.values_list("date", "kind"))
    assert kinds[dt.date(2026, 4, 20)] == "moved"
    assert kinds[dt.date(2026, 4, 17)] == "short"
    assert kinds[dt.date(2026, 4, 21)] == "short"
    assert derive_days(change.pk, by=cast.admin) == 0


def test_an_act_needs_a_name_and_a_date_that_has_come(cast):
    for act, act_on, field in [
        ("", dt.date(2026, 2, 1), "act"),
        (ACT, None, "act_on"),
        (ACT, dt.date(2026, 3, 3), "act_on"),
    ]:
        with pytest.raises(RuleBroken) as refused:
            draft_change(by=cast.admin, act=act, act_on=act_on, client_id=uuid.uuid4())
        assert refused.value.field == field
    assert not CalendarChange.objects.exists()


def test_a_holiday_in_the_past_is_refused_unless_the_act_came_late(change, cast, make_appeal):
    past = dt.date(2026, 2, 26)
    with pytest.raises(RuleBroken) as refused:
        holiday(change, cast, past)
    assert refused.value.code == "day_past"
    holiday(change, cast, past, is_late=True)


def test_a_change_is_applied_once_and_not_after_it_was_given_up(change, cast):
    with pytest.raises(RuleBroken) as refused:
        apply_calendar(change.pk, by=cast.admin)
    assert refused.value.code == "no_days"
    holiday(change, cast)
    apply_calendar(change.pk, by=cast.admin)
    with pytest.raises(AlreadyDone):
        apply_calendar(change.pk, by=cast.admin)
    other = draft_change(
        by=cast.admin, act=ACT, act_on=SIXTEENTH.replace(day=1), client_id=uuid.uuid4()
    )
    drop_change(other.pk, by=cast.admin)
    with pytest.raises(RuleBroken):
        holiday(other, cast)


def test_only_the_administrator_changes_the_calendar(change, cast):
    with pytest.raises(NotAllowed):
        holiday(change, replace(cast, admin=cast.head))


def page(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_pages_lead_from_the_act_to_the_applied_change(
    cast, make_appeal, django_capture_on_commit_callbacks, settings
):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    one, client = make_appeal(), page(cast.admin)
    assert client.get(reverse("calendar")).status_code == 200
    begun = client.post(reverse("calendar-new"), {"client_id": uuid.uuid4(), "act": ACT})
    assert begun.status_code == 422
    assert ACT in begun.content.decode()
    client.post(
        reverse("calendar-new"), {"client_id": uuid.uuid4(), "act": ACT, "act_on": "27.02.2026"}
    )
    change = CalendarChange.objects.get()
    url = reverse("calendar-change", args=[change.pk])
    day = {"date": "16.03.2026", "until": "17.03.2026", "kind": "holiday", "name_az": "Bayram"}
    past = client.post(url, {**day, "date": "26.02.2026", "until": ""})
    assert past.status_code == 422
    assert "26.02.2026" in past.content.decode()
    alone = {"date": "20.05.2026", "kind": "holiday", "name_az": "Bir gün"}
    assert client.post(url, alone).status_code == 302
    assert [row.date for row in change.days.all()] == [dt.date(2026, 5, 20)]
    change.days.all().delete()
    assert client.post(url, day).status_code == 302
    assert change.days.count() == 2
    effect = client.get(reverse("calendar-effect", args=[change.pk])).content.decode()
    assert one.number in effect
    assert "06.04.2026" in effect
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("calendar-do", args=[change.pk, "apply"]))
    shown = client.get(url).content.decode()
    assert one.number in shown
    assert due(one) == baku(4, 6)


def test_everybody_reads_the_year_and_only_the_administrator_changes_it(change, cast):
    for user in (cast.aysel, cast.head, cast.unit_user, cast.manager):
        client = page(user)
        year = client.get(reverse("calendar-year", args=[2026]))
        assert year.status_code == 200
        assert reverse("calendar-new") not in year.content.decode()
        assert client.get(reverse("calendar-change", args=[change.pk])).status_code == 404
        assert client.post(reverse("calendar-do", args=[change.pk, "apply"])).status_code == 404
    shown = page(cast.aysel).get(reverse("calendar-year", args=[2026]))
    assert shown.context["working"] == 241


def test_what_a_day_was_is_told_in_the_readers_language():
    row = CalendarChangeDay(before="holiday Novruz bayramı")
    with translation.override("en"):
        assert row.before_words == "Holiday · Novruz bayramı"
    with translation.override("az"):
        assert row.before_words == f"{DayKind.HOLIDAY.label} · Novruz bayramı"
        assert "Holiday" not in row.before_words
    assert CalendarChangeDay(before="").before_words == ""

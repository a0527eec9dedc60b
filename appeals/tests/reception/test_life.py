"""What follows an invitation: attendance, minutes, the table, who sees, reminders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from appeals.journal import faults
from appeals.kinds import NoticeReason, NoticeState
from appeals.models import (
    Notice,
    Reception,
)
from appeals.reception import actions
from appeals.reception.lifecycle import STATES, STEPS, Party, State, Step
from appeals.reception.reminders import due_reminders
from appeals.tasks import sweep_receptions
from appeals.tests.reception.world import baku, hours, made, taken
from appeals.tests.world import put
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.models import LegalNumber

pytestmark = pytest.mark.django_db


# --- What follows --------------------------------------------------------------


def test_from_the_invitation_to_the_minutes(cast, invite, wall, slots):
    reception = invite()
    actions.confirm(reception.pk, by=cast.aysel)
    wall.move_to(baku(4, 7, 10, 5))
    actions.came(reception.pk, by=cast.unit_user)
    actions.write_minutes(
        reception.pk, by=cast.unit_user, minutes="Müraciətçi sənədləri göstərdi.",
        outcome="oral", has_consent=True,
    )  # fmt: skip
    reception.refresh_from_db()
    assert (reception.state, reception.outcome, reception.minutes_by) == (
        State.HELD, "oral", cast.unit_user,
    )  # fmt: skip
    kinds = [row.kind for row in reception.appeal.entries.order_by("sequence")]
    assert kinds[-4:] == [
        "reception.invite", "reception.confirm", "reception.came", "reception.minutes",
    ]  # fmt: skip
    told = str([(row.note, row.changes) for row in reception.appeal.entries.all()])
    assert "sənədləri" not in told  # what was said stands in the journal only as a digest
    assert reception.appeal.entries.order_by("sequence").last().personal_digest
    assert taken(slots[0]) == 1
    assert list(faults()) == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"minutes": " ", "outcome": "oral"}, "minutes"),
        ({"minutes": "x" * 20_001, "outcome": "writing"}, "minutes"),
        ({"minutes": "Dinlənildi", "outcome": ""}, "outcome"),
        ({"minutes": "Dinlənildi", "outcome": "oral"}, "has_consent"),
    ],
)
def test_minutes_say_what_was_said_what_follows_and_whether_the_citizen_agreed(
    values, field, cast, invite, wall
):
    reception = invite()
    wall.move_to(baku(4, 7, 10, 5))
    actions.came(reception.pk, by=cast.aysel)
    with pytest.raises(RuleBroken) as refused:
        actions.write_minutes(reception.pk, by=cast.aysel, **values)
    assert refused.value.field == field


def test_attendance_is_marked_on_the_day_and_absence_of_the_applicant_after_the_hour_began(
    cast, invite, wall
):
    reception = invite()
    for mark in (actions.came, actions.miss):
        with pytest.raises(RuleBroken) as refused:
            mark(reception.pk, by=cast.aysel)
        assert refused.value.code == "reception_not_yet"
    wall.move_to(baku(4, 7, 9, 50))
    with pytest.raises(RuleBroken):
        actions.miss(reception.pk, by=cast.aysel)
    wall.move_to(baku(4, 7, 10, 20))
    actions.miss(reception.pk, by=cast.aysel)
    assert Reception.objects.get().state == State.MISSED


def test_a_mistaken_mark_is_taken_back_with_a_reason(cast, invite, wall, make_appeal, slots):
    one = make_appeal()
    reception = invite(slots[0], one)
    wall.move_to(baku(4, 7, 10, 20))
    actions.miss(reception.pk, by=cast.aysel)
    with pytest.raises(RuleBroken) as refused:
        actions.unmark(reception.pk, by=cast.aysel, note="")
    assert refused.value.field == "note"
    actions.unmark(reception.pk, by=cast.aysel, note="Başqa şəxslə səhv salınıb")
    actions.miss(reception.pk, by=cast.aysel)
    invite(slots[3], one)
    with pytest.raises(RuleBroken) as refused:
        actions.unmark(reception.pk, by=cast.aysel, note="Yenə səhv")
    assert refused.value.code == "invited_again"


def test_moving_frees_one_hour_fills_the_other_and_invites_anew(cast, invite, slots):
    reception = invite()
    first = Notice.objects.get(reason=NoticeReason.RECEPTION)
    actions.move(reception.pk, by=cast.aysel, slot_id=slots[2].pk, note="Müraciətçinin xahişi")
    moved = Reception.objects.get()
    assert (moved.slot, moved.sequence, taken(slots[0]), taken(slots[2])) == (slots[2], 1, 0, 1)
    first.refresh_from_db()
    assert first.state == NoticeState.VOID
    fresh = Notice.objects.filter(reason=NoticeReason.RECEPTION).latest("id")
    assert "07.04.2026 11:00" in fresh.text
    entry = moved.appeal.entries.order_by("sequence").last()
    assert entry.changes["reception_at"] == [
        "2026-04-07T06:00:00+00:00", "2026-04-07T07:00:00+00:00",
    ]  # fmt: skip
    with pytest.raises(RuleBroken) as refused:
        actions.move(reception.pk, by=cast.aysel, slot_id=slots[2].pk)
    assert refused.value.code == "same_slot"


def test_a_cancelled_hour_tells_its_people_and_owes_them_another(cast, invite, slots):
    reception = invite()
    actions.cancel_slot(slots[0].pk, by=cast.manager, reason="Nazirlər Kabinetində iclas")
    reception.refresh_from_db()
    assert (reception.state, taken(slots[0])) == (State.ABSENT, 0)
    off = Notice.objects.get(reason=NoticeReason.RECEPTION_OFF)
    assert "07.04.2026" in off.text
    actions.move(reception.pk, by=cast.aysel, slot_id=slots[1].pk)
    assert Reception.objects.get().state == State.INVITED
    with pytest.raises(AlreadyDone):
        actions.cancel_slot(slots[0].pk, by=cast.head, reason="Yenə")


def test_a_declined_and_a_cancelled_one_free_their_hour(cast, invite, slots):
    one, other = invite(slots[0]), invite(slots[1])
    actions.decline(one.pk, by=cast.aysel, note="Müraciətçi imtina etdi")
    actions.cancel(other.pk, by=cast.aysel, note="Məsələ həll olundu")
    assert (taken(slots[0]), taken(slots[1])) == (0, 0)
    assert Notice.objects.filter(reason=NoticeReason.RECEPTION_OFF).count() == 1
    assert not Notice.objects.filter(reason=NoticeReason.RECEPTION, state="owed").exists()


def test_who_decides_on_an_old_page_is_told(cast, invite):
    reception = invite()
    actions.confirm(reception.pk, by=cast.operator)
    with pytest.raises(StaleForm):
        actions.cancel(reception.pk, by=cast.aysel, note="Səbəb", version=reception.version)
    with pytest.raises(AlreadyDone):
        actions.confirm(reception.pk, by=cast.aysel)


# --- The table -----------------------------------------------------------------

ACTORS = {
    "aysel": {Party.SECTOR}, "head": {Party.SECTOR}, "manager": {Party.RECEIVER},
    "unit_user": {Party.RECEIVER}, "unit_head": set(), "other_user": set(), "auditor": set(),
    "admin": set(), "system": {Party.SYSTEM},
}  # fmt: skip
CALLS: dict[Step, Callable[..., object]] = {
    Step.CONFIRM: lambda pk, by, slot: actions.confirm(pk, by=by),
    Step.DECLINE: lambda pk, by, slot: actions.decline(pk, by=by, note="səbəb"),
    Step.MOVE: lambda pk, by, slot: actions.move(pk, by=by, slot_id=slot.pk),
    Step.CANCEL: lambda pk, by, slot: actions.cancel(pk, by=by, note="səbəb"),
    Step.CAME: lambda pk, by, slot: actions.came(pk, by=by),
    Step.MISS: lambda pk, by, slot: actions.miss(pk, by=by),
    Step.ABSENT: lambda pk, by, slot: actions.absent(pk, by=by, note="səbəb"),
    Step.UNMARK: lambda pk, by, slot: actions.unmark(pk, by=by, note="səbəb"),
    Step.MINUTES: lambda pk, by, slot: actions.write_minutes(
        pk, by=by, minutes="Dinlənildi", outcome="writing"
    ),
}


@pytest.mark.parametrize("step", CALLS)
def test_every_step_from_every_state_by_everyone_as_the_table_says(step, cast, invite, slots, wall):
    from django.db import transaction

    reception = invite()
    wall.move_to(baku(4, 7, 10, 20))
    meta = STEPS[step]

    class TakenBack(Exception):
        pass

    def expected(state: State, who: str) -> str:
        if not meta.parties & ACTORS[who]:
            return "NotAllowed"
        if state in meta.starts:
            return str(meta.to or state)
        return "AlreadyDone" if state == meta.to else "RuleBroken"

    def tried(who: str) -> str:
        by = None if who == "system" else getattr(cast, who)
        answer = ""
        try:
            with transaction.atomic():
                CALLS[step](reception.pk, by, slots[3])
                answer = Reception.objects.get().state
                raise TakenBack
        except TakenBack:
            return answer
        except (NotAllowed, AlreadyDone, RuleBroken) as refused:
            return type(refused).__name__

    told = {(str(s), who): expected(s, who) for s in State for who in ACTORS}
    done = {}
    for state in State:
        put(reception, state=state)
        done |= {(str(state), who): tried(who) for who in ACTORS}
    assert done == told


def test_the_table_is_whole():
    assert set(STATES) == set(State)
    assert set(STEPS) == set(Step)
    assert set(CALLS) == set(Step) - {Step.INVITE, Step.REMIND}
    reached = {meta.to for meta in STEPS.values() if meta.to is not None}
    assert reached == set(State)
    left = {state for meta in STEPS.values() for state in meta.starts if meta.to != state}
    assert {state for state, meta in STATES.items() if meta.is_open} <= left


# --- Who sees --------------------------------------------------------------------


def test_who_sees_a_reception(cast, invite, make_appeal):
    plain = invite()
    assert {
        who for who in ("aysel", "head", "manager", "auditor", "unit_user", "unit_head", "admin")
        if Reception.objects.visible_to(getattr(cast, who)).filter(pk=plain.pk).exists()
    } == {"aysel", "head", "manager", "auditor", "unit_user"}  # fmt: skip


def test_a_restricted_appeal_is_seen_by_who_receives_its_applicant_and_by_no_other_operator(
    cast, invite, make_appeal
):
    hidden = invite(one=make_appeal(is_restricted=True))
    seen = {
        who for who in ("aysel", "operator", "head", "manager", "unit_user")
        if Reception.objects.visible_to(getattr(cast, who)).filter(pk=hidden.pk).exists()
    }  # fmt: skip
    assert seen == {"aysel", "head", "manager", "unit_user"}
    with pytest.raises(NotAllowed):
        actions.confirm(hidden.pk, by=cast.operator)


# --- Reminders ---------------------------------------------------------------------


def test_the_reminder_is_owed_once_a_working_day_before(cast, invite, wall, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    invite()  # for Tuesday; Monday is the working day before
    wall.move_to(baku(4, 6, 8, 59))
    sweep_receptions()
    assert not Notice.objects.filter(reason=NoticeReason.RECEPTION_REMINDER).exists()
    wall.move_to(baku(4, 6, 9, 1))
    for _again in range(2):
        sweep_receptions()
    notice = Notice.objects.get(reason=NoticeReason.RECEPTION_REMINDER)
    assert "07.04.2026 10:00" in notice.text
    assert notice.appeal.entries.filter(kind="reception.remind").count() == 1


def test_over_days_off_the_reminder_comes_before_them(cast, official, invite, wall):
    """Monday 22 June: the working day before is Friday the 19th."""
    slot = made(cast.head, official, hours(dt.date(2026, 6, 22)))[0]
    reception = invite(slot)
    wall.move_to(baku(6, 19, 9, 5))
    assert due_reminders(baku(6, 19, 9, 5)) == [reception.pk]
    assert due_reminders(baku(6, 19, 8, 55)) == []


def test_nobody_is_reminded_of_what_was_just_arranged_called_off_or_past(cast, invite, slots, wall):
    called_off = invite(slots[0])
    actions.cancel(called_off.pk, by=cast.aysel, note="Məsələ həll olundu")
    wall.move_to(baku(4, 6, 15))
    invite(slots[1])  # the day before, after nine: the invitation is reminder enough
    assert due_reminders(baku(4, 6, 16)) == []
    assert actions.remind(called_off.pk) is None


def test_how_early_is_a_number_of_the_ministry(cast, invite, wall):
    reception = invite()
    wall.move_to(baku(4, 3, 9, 5))
    assert due_reminders(baku(4, 3, 9, 5)) == []
    LegalNumber.objects.filter(code="reception_reminder_days").update(value="2")
    assert due_reminders(baku(4, 3, 9, 5)) == [reception.pk]
    LegalNumber.objects.filter(code="reception_reminder_days").update(value="0")
    assert due_reminders(baku(4, 6, 9, 5)) == []

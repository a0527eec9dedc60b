"""Reception: hours, invitations, attendance, minutes; the law, the journal and the notices."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
import time_machine

from appeals.actions import close
from appeals.journal import faults
from appeals.kinds import Kind, NoticeReason, NoticeState
from appeals.models import (
    Appeal,
    Notice,
    Outcome,
    Reception,
    ReceptionOfficial,
    ReceptionSlot,
)
from appeals.reception import actions
from appeals.reception.actions import Hours
from appeals.reception.lifecycle import EXPECTED, STATES, STEPS, Party, State, Step
from appeals.reception.reminders import due_reminders
from appeals.tasks import sweep_receptions
from appeals.tests.world import at_once, put
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.calendar import forget
from people.models import Alert, Delegation, LegalNumber, User

pytestmark = pytest.mark.django_db
TUESDAY = dt.date(2026, 4, 7)


def baku(month: int, day: int, hour: int = 10, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Asia/Baku"))


@pytest.fixture(autouse=True)
def wall():
    """Thursday 2 April 2026, ten in the morning; tests move it on."""
    forget()
    with time_machine.travel(baku(4, 2), tick=False) as traveller:
        yield traveller
    forget()


def an_official(cast, code: str = "nazir-muavini", **more: object) -> ReceptionOfficial:
    values: dict[str, object] = {
        "name": "Əhmədov Rauf", "position_az": "Nazirin müavini", "position_en": "Deputy minister",
        "user": cast.manager, "assistant": cast.unit_user, "place": "Üzeyir Hacıbəyli 84, otaq 105",
        "valid_from": dt.date(2026, 1, 1), **more,
    }  # fmt: skip
    return ReceptionOfficial.objects.create(code=code, **values)


@pytest.fixture
def official(cast) -> ReceptionOfficial:
    return an_official(cast)


def hours(on: dt.date = TUESDAY, opens: str = "10:00", closes: str = "12:00", **more) -> Hours:
    more.setdefault("minutes", 30)
    return Hours(
        on=on, opens=dt.time.fromisoformat(opens), closes=dt.time.fromisoformat(closes), **more
    )


def made(by: User, official: ReceptionOfficial, asked: Hours | None = None) -> list[ReceptionSlot]:
    return actions.make_slots(
        by=by, official_id=official.pk, hours=asked or hours(), client_id=uuid.uuid4()
    )[0]


@pytest.fixture
def slots(cast, official) -> list[ReceptionSlot]:
    return made(cast.head, official)


@pytest.fixture
def invited(cast, slots, make_appeal) -> Callable[..., Reception]:
    def invite(slot: ReceptionSlot | None = None, one: Appeal | None = None, **more) -> Reception:
        return actions.invite(
            (one or make_appeal()).pk, by=cast.aysel, slot_id=(slot or slots[0]).pk,
            client_id=uuid.uuid4(), **more,
        )  # fmt: skip

    return invite


def taken(slot: ReceptionSlot) -> int:
    return ReceptionSlot.objects.values_list("taken", flat=True).get(pk=slot.pk)


def times(slots: list[ReceptionSlot]) -> list[str]:
    zone = ZoneInfo("Asia/Baku")
    return [f"{slot.starts_at.astimezone(zone):%m-%d %H:%M}" for slot in slots]


# --- Hours -------------------------------------------------------------------


def test_a_morning_is_cut_into_hours(slots):
    assert times(slots) == ["04-07 10:00", "04-07 10:30", "04-07 11:00", "04-07 11:30"]
    assert {slot.place for slot in slots} == {"Üzeyir Hacıbəyli 84, otaq 105"}


def test_lunch_is_left_out(cast, official):
    rows = made(cast.head, official, hours(opens="12:00", closes="15:00", minutes=60))
    assert times(rows) == ["04-07 12:00", "04-07 14:00"]


def test_a_weekly_series_passes_over_days_off(cast, official):
    """Mondays of May and June: 11 May and 15 June are days off."""
    asked = hours(dt.date(2026, 5, 4), closes="10:30", until=dt.date(2026, 6, 22))
    rows, skipped = actions.make_slots(
        by=cast.head, official_id=official.pk, hours=asked, client_id=uuid.uuid4()
    )
    assert times(rows) == [
        f"{day} 10:00" for day in ("05-04", "05-18", "05-25", "06-01", "06-08", "06-22")
    ]
    assert skipped == [dt.date(2026, 5, 11), dt.date(2026, 6, 15)]


def test_a_series_on_several_weekdays_and_a_short_day(cast, official):
    """25 June is the eve of the Armed Forces' day and closes at five; the 26th is off."""
    asked = hours(
        dt.date(2026, 6, 22), opens="17:00", closes="18:00", until=dt.date(2026, 6, 28),
        weekdays=(3, 4), minutes=30,
    )  # fmt: skip
    with pytest.raises(RuleBroken) as refused:
        made(cast.head, official, asked)
    assert refused.value.code == "only_days_off"
    asked = hours(
        dt.date(2026, 6, 22), opens="16:00", closes="18:00", until=dt.date(2026, 6, 28),
        weekdays=(2, 3, 4), minutes=60,
    )  # fmt: skip
    assert times(made(cast.head, official, asked)) == ["06-24 16:00", "06-24 17:00", "06-25 16:00"]


def test_the_same_form_again_makes_nothing_more(cast, official):
    client_id = uuid.uuid4()
    for _again in range(2):
        rows, _skipped = actions.make_slots(
            by=cast.head, official_id=official.pk, hours=hours(), client_id=client_id
        )
    assert len(rows) == ReceptionSlot.objects.count() == 4


@pytest.mark.parametrize(
    ("asked", "code", "field"),
    [
        (hours(dt.date(2026, 4, 1)), "slot_past", "on"),
        (hours(dt.date(2026, 4, 2), opens="09:00"), "slot_past", "on"),
        (hours(dt.date(2026, 3, 30)), "day_off", "on_day_off"),
        (hours(dt.date(2026, 5, 9)), "day_off", "on_day_off"),
        (hours(opens="12:00", closes="10:00"), "hours_reversed", "closes"),
        (hours(minutes=0), "minutes_range", "minutes"),
        (hours(minutes=180), "minutes_range", "minutes"),
        (hours(capacity=0), "capacity_range", "capacity"),
        (hours(until=dt.date(2026, 4, 1)), "series_reversed", "until"),
        (hours(until=dt.date(2027, 12, 1)), "series_too_long", "until"),
        (hours(opens="19:00", closes="20:00"), "outside_hours", "opens"),
        (hours(until=dt.date(2026, 4, 8), weekdays=(4,)), "no_such_weekday", "weekdays"),
        (hours(closes="18:00", minutes=5, until=dt.date(2026, 7, 1), weekdays=(0, 1, 2)), "too_many_slots", "until"),
    ],
)  # fmt: skip
def test_bad_hours_are_refused_beside_their_field(asked, code, field, cast, official):
    with pytest.raises(RuleBroken) as refused:
        made(cast.head, official, asked)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not ReceptionSlot.objects.exists()


def test_a_single_day_off_is_taken_when_it_is_meant(cast, official):
    saturday = hours(dt.date(2026, 4, 11), on_day_off=True)
    assert len(made(cast.head, official, saturday)) == 4


def test_an_official_is_never_in_two_places(cast, official, slots):
    with pytest.raises(RuleBroken) as refused:
        made(cast.head, official, hours(opens="11:45", closes="12:45"))
    assert (refused.value.code, refused.value.field) == ("slots_overlap", "opens")
    assert "07.04.2026, 11:30–12:00" in str(refused.value)
    other = an_official(cast, "aparat-rehberi", user=None, assistant=None)
    assert made(cast.head, other, hours(opens="11:45", closes="12:45"))
    assert made(cast.head, official, hours(opens="12:00", closes="13:00"))


def test_hours_of_a_cancelled_slot_may_be_given_again(cast, official, slots):
    actions.cancel_slot(slots[0].pk, by=cast.head, reason="Ezamiyyət")
    assert len(made(cast.head, official, hours(closes="10:30"))) == 1


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("head", True), ("manager", True), ("unit_user", True), ("aysel", False),
        ("other_user", False), ("auditor", False), ("admin", False), ("unit_head", False),
    ],
)  # fmt: skip
def test_who_keeps_the_calendar(who, may, cast, official):
    """The sector head for all; the official and the assistant their own; operators book."""
    if may:
        assert made(getattr(cast, who), official)
    else:
        with pytest.raises(NotAllowed):
            made(getattr(cast, who), official)


def test_who_acts_for_the_assistant_keeps_the_calendar_too(cast, official):
    Delegation.objects.create(
        principal=cast.unit_user, delegate=cast.other_user, valid_from=dt.date(2026, 4, 1),
        order_number="12-K", order_on=dt.date(2026, 3, 31),
    )  # fmt: skip
    assert made(cast.other_user, official)


# --- Inviting ----------------------------------------------------------------


def test_an_invitation_is_in_the_journal_and_owed_to_the_applicant(cast, slots, make_appeal):
    one = make_appeal()
    reception = actions.invite(
        one.pk, by=cast.aysel, slot_id=slots[1].pk, client_id=uuid.uuid4(),
        subject="Kassa çeklərini gətirin",
    )  # fmt: skip
    assert (reception.state, taken(slots[1])) == (State.INVITED, 1)
    entry = one.entries.order_by("sequence").last()
    assert entry.kind == "reception.invite"
    assert entry.changes["reception_at"] == [None, "2026-04-07T06:30:00+00:00"]
    assert entry.changes["reception_official"] == [None, "Əhmədov Rauf"]
    notice = Notice.objects.get(appeal=one, reason=NoticeReason.RECEPTION)
    assert (notice.state, notice.due_at) == (NoticeState.OWED, slots[1].starts_at)
    assert "07.04.2026 10:30" in notice.text
    assert {row.user for row in Alert.objects.filter(kind="reception.booked")} == {
        cast.manager, cast.unit_user,
    }  # fmt: skip
    assert list(faults()) == []


def test_an_invitation_told_in_the_call_is_delivered(cast, invited):
    reception = invited(told_by_phone=True)
    notice = Notice.objects.get(reason=NoticeReason.RECEPTION)
    assert (notice.channel, notice.state, notice.told_by) == ("phone", "delivered", cast.aysel)
    assert reception.slot.official.name in notice.text


def test_the_same_form_again_invites_once(cast, slots, make_appeal):
    one, client_id = make_appeal(), uuid.uuid4()
    for _again in range(2):
        actions.invite(one.pk, by=cast.aysel, slot_id=slots[0].pk, client_id=client_id)
    assert Reception.objects.count() == 1


def test_one_open_invitation_an_appeal(invited, slots, make_appeal):
    one = make_appeal()
    invited(slots[0], one)
    with pytest.raises(AlreadyDone):
        invited(slots[1], one)
    assert taken(slots[1]) == 0


def test_an_anonymous_appeal_and_a_closed_one_invite_nobody(cast, invited, make_appeal):
    with pytest.raises(RuleBroken) as refused:
        invited(one=make_appeal(caller_phone=""))
    assert refused.value.code == "anonymous"
    closed = make_appeal()
    close(closed.pk, by=cast.aysel, outcome=Outcome.objects.get(code="satisfied"), text="Cavab")
    with pytest.raises(RuleBroken) as refused:
        invited(one=closed)
    assert refused.value.code == "not_possible"


def test_a_full_a_past_and_a_cancelled_hour_are_refused_beside_the_hour(
    cast, invited, slots, make_appeal, wall
):
    invited(slots[0])
    actions.cancel_slot(slots[1].pk, by=cast.head, reason="Ezamiyyət")
    for slot, code in ((slots[0], "slot_taken"), (slots[1], "slot_cancelled")):
        with pytest.raises(RuleBroken) as refused:
            invited(slot)
        assert (refused.value.code, refused.value.field) == (code, "slot")
    wall.move_to(baku(4, 7, 11, 15))
    with pytest.raises(RuleBroken) as refused:
        invited(slots[2])
    assert refused.value.code == "slot_past"


def test_a_complaint_is_not_heard_by_whom_it_is_about(cast, make_appeal, slots, official):
    """Neither by the structure's own official, nor by the person named; by one beside it, yes."""
    theirs = an_official(
        cast, "dvx-reis", structure=cast.unit, user=cast.unit_head, assistant=None, name="Orucov V."
    )
    slot = made(cast.head, theirs)[0]
    about_them = make_appeal(kind=Kind.COMPLAINT, complained_structure=cast.unit)
    about_him = make_appeal(kind=Kind.COMPLAINT, complained_user=cast.manager)
    for one, forbidden in ((about_them, slot), (about_him, slots[0])):
        with pytest.raises(RuleBroken) as refused:
            actions.invite(one.pk, by=cast.aysel, slot_id=forbidden.pk, client_id=uuid.uuid4())
        assert (refused.value.code, refused.value.field) == ("complained_about", "slot")
    heard = actions.invite(
        about_them.pk, by=cast.aysel, slot_id=slots[1].pk, client_id=uuid.uuid4()
    )
    with pytest.raises(RuleBroken):
        actions.move(heard.pk, by=cast.aysel, slot_id=slot.pk)
    assert taken(slot) == 0


def test_several_places_are_filled_one_by_one(cast, official, invited):
    slot = made(cast.head, official, hours(opens="15:00", closes="16:00", minutes=60, capacity=2))[
        0
    ]
    invited(slot)
    invited(slot)
    assert taken(slot) == 2
    with pytest.raises(RuleBroken):
        invited(slot)


def test_of_two_colleagues_at_once_one_gets_the_hour(cast, committed, make_appeal):
    slot = made(cast.head, an_official(cast), hours(closes="10:30"))[0]
    appeals = [make_appeal(by=by) for by in (cast.aysel, cast.operator)]
    forms = [
        (lambda one=one, by=by: actions.invite(one.pk, by=by, slot_id=slot.pk, client_id=uuid.uuid4()))
        for one, by in zip(appeals, (cast.aysel, cast.operator), strict=True)
    ]  # fmt: skip
    answers = at_once(forms)
    won = [each for each in answers if isinstance(each, Reception)]
    lost = [each for each in answers if isinstance(each, RuleBroken)]
    assert (len(won), [each.code for each in lost]) == (1, ["slot_taken"])
    assert (Reception.objects.count(), taken(slot)) == (1, 1)
    loser = next(one for one in appeals if one.pk != won[0].appeal_id)
    assert not loser.entries.filter(kind="reception.invite").exists()
    assert not Notice.objects.filter(appeal=loser, reason=NoticeReason.RECEPTION).exists()


def test_booking_and_cancelling_the_same_hour_at_once_leave_nobody_forgotten(
    cast, committed, make_appeal
):
    """Whoever comes first: an applicant invited to the hour is told, one not invited was refused."""
    slot = made(cast.head, an_official(cast), hours(closes="10:30"))[0]
    one = make_appeal()
    at_once(
        [
            lambda: actions.invite(one.pk, by=cast.aysel, slot_id=slot.pk, client_id=uuid.uuid4()),
            lambda: actions.cancel_slot(slot.pk, by=cast.head, reason="Ezamiyyət"),
        ]
    )
    slot.refresh_from_db()
    left = Reception.objects.filter(state__in=EXPECTED)
    assert not (slot.is_cancelled and left.exists())
    assert slot.taken == left.count()


# --- What follows --------------------------------------------------------------


def test_from_the_invitation_to_the_minutes(cast, invited, wall, slots):
    reception = invited()
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
    values, field, cast, invited, wall
):
    reception = invited()
    wall.move_to(baku(4, 7, 10, 5))
    actions.came(reception.pk, by=cast.aysel)
    with pytest.raises(RuleBroken) as refused:
        actions.write_minutes(reception.pk, by=cast.aysel, **values)
    assert refused.value.field == field


def test_attendance_is_marked_on_the_day_and_absence_of_the_applicant_after_the_hour_began(
    cast, invited, wall
):
    reception = invited()
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


def test_a_mistaken_mark_is_taken_back_with_a_reason(cast, invited, wall, make_appeal, slots):
    one = make_appeal()
    reception = invited(slots[0], one)
    wall.move_to(baku(4, 7, 10, 20))
    actions.miss(reception.pk, by=cast.aysel)
    with pytest.raises(RuleBroken) as refused:
        actions.unmark(reception.pk, by=cast.aysel, note="")
    assert refused.value.field == "note"
    actions.unmark(reception.pk, by=cast.aysel, note="Başqa şəxslə səhv salınıb")
    actions.miss(reception.pk, by=cast.aysel)
    invited(slots[3], one)
    with pytest.raises(RuleBroken) as refused:
        actions.unmark(reception.pk, by=cast.aysel, note="Yenə səhv")
    assert refused.value.code == "invited_again"


def test_moving_frees_one_hour_fills_the_other_and_invites_anew(cast, invited, slots):
    reception = invited()
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


def test_a_cancelled_hour_tells_its_people_and_owes_them_another(cast, invited, slots):
    reception = invited()
    actions.cancel_slot(slots[0].pk, by=cast.manager, reason="Nazirlər Kabinetində iclas")
    reception.refresh_from_db()
    assert (reception.state, taken(slots[0])) == (State.ABSENT, 0)
    off = Notice.objects.get(reason=NoticeReason.RECEPTION_OFF)
    assert "07.04.2026" in off.text
    actions.move(reception.pk, by=cast.aysel, slot_id=slots[1].pk)
    assert Reception.objects.get().state == State.INVITED
    with pytest.raises(AlreadyDone):
        actions.cancel_slot(slots[0].pk, by=cast.head, reason="Yenə")


def test_a_declined_and_a_cancelled_one_free_their_hour(cast, invited, slots):
    one, other = invited(slots[0]), invited(slots[1])
    actions.decline(one.pk, by=cast.aysel, note="Müraciətçi imtina etdi")
    actions.cancel(other.pk, by=cast.aysel, note="Məsələ həll olundu")
    assert (taken(slots[0]), taken(slots[1])) == (0, 0)
    assert Notice.objects.filter(reason=NoticeReason.RECEPTION_OFF).count() == 1
    assert not Notice.objects.filter(reason=NoticeReason.RECEPTION, state="owed").exists()


def test_who_decides_on_an_old_page_is_told(cast, invited):
    reception = invited()
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
def test_every_step_from_every_state_by_everyone_as_the_table_says(
    step, cast, invited, slots, wall
):
    from django.db import transaction

    reception = invited()
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

    def tried(state: State, who: str) -> str:
        by = None if who == "system" else getattr(cast, who)
        answer = ""
        try:
            with transaction.atomic():
                put(reception, state=state)
                CALLS[step](reception.pk, by, slots[3])
                answer = Reception.objects.get().state
                raise TakenBack
        except TakenBack:
            return answer
        except (NotAllowed, AlreadyDone, RuleBroken) as refused:
            return type(refused).__name__

    told = {(str(s), who): expected(s, who) for s in State for who in ACTORS}
    assert {(str(s), who): tried(s, who) for s in State for who in ACTORS} == told


def test_the_table_is_whole():
    assert set(STATES) == set(State)
    assert set(STEPS) == set(Step)
    assert set(CALLS) == set(Step) - {Step.INVITE, Step.REMIND}
    reached = {meta.to for meta in STEPS.values() if meta.to is not None}
    assert reached == set(State)
    left = {state for meta in STEPS.values() for state in meta.starts if meta.to != state}
    assert {state for state, meta in STATES.items() if meta.is_open} <= left


# --- Who sees --------------------------------------------------------------------


def test_who_sees_a_reception(cast, invited, make_appeal):
    plain = invited()
    assert {
        who for who in ("aysel", "head", "manager", "auditor", "unit_user", "unit_head", "admin")
        if Reception.objects.visible_to(getattr(cast, who)).filter(pk=plain.pk).exists()
    } == {"aysel", "head", "manager", "auditor", "unit_user"}  # fmt: skip


def test_a_restricted_appeal_is_seen_by_who_receives_its_applicant_and_by_no_other_operator(
    cast, invited, make_appeal
):
    hidden = invited(one=make_appeal(is_restricted=True))
    seen = {
        who for who in ("aysel", "operator", "head", "manager", "unit_user")
        if Reception.objects.visible_to(getattr(cast, who)).filter(pk=hidden.pk).exists()
    }  # fmt: skip
    assert seen == {"aysel", "head", "manager", "unit_user"}
    with pytest.raises(NotAllowed):
        actions.confirm(hidden.pk, by=cast.operator)


# --- Reminders ---------------------------------------------------------------------


def test_the_reminder_is_owed_once_a_working_day_before(cast, invited, wall, settings):
    settings.CELERY_TASK_ALWAYS_EAGER = True
    invited()  # for Tuesday; Monday is the working day before
    wall.move_to(baku(4, 6, 8, 59))
    sweep_receptions()
    assert not Notice.objects.filter(reason=NoticeReason.RECEPTION_REMINDER).exists()
    wall.move_to(baku(4, 6, 9, 1))
    for _again in range(2):
        sweep_receptions()
    notice = Notice.objects.get(reason=NoticeReason.RECEPTION_REMINDER)
    assert "07.04.2026 10:00" in notice.text
    assert notice.appeal.entries.filter(kind="reception.remind").count() == 1


def test_over_days_off_the_reminder_comes_before_them(cast, official, invited, wall):
    """Monday 22 June: the working day before is Friday the 19th."""
    slot = made(cast.head, official, hours(dt.date(2026, 6, 22)))[0]
    reception = invited(slot)
    wall.move_to(baku(6, 19, 9, 5))
    assert due_reminders(baku(6, 19, 9, 5)) == [reception.pk]
    assert due_reminders(baku(6, 19, 8, 55)) == []


def test_nobody_is_reminded_of_what_was_just_arranged_called_off_or_past(
    cast, invited, slots, wall
):
    called_off = invited(slots[0])
    actions.cancel(called_off.pk, by=cast.aysel, note="Məsələ həll olundu")
    wall.move_to(baku(4, 6, 15))
    invited(slots[1])  # the day before, after nine: the invitation is reminder enough
    assert due_reminders(baku(4, 6, 16)) == []
    assert actions.remind(called_off.pk) is None


def test_how_early_is_a_number_of_the_ministry(cast, invited, wall):
    reception = invited()
    wall.move_to(baku(4, 3, 9, 5))
    assert due_reminders(baku(4, 3, 9, 5)) == []
    LegalNumber.objects.filter(code="reception_reminder_days").update(value="2")
    assert due_reminders(baku(4, 3, 9, 5)) == [reception.pk]
    LegalNumber.objects.filter(code="reception_reminder_days").update(value="0")
    assert due_reminders(baku(4, 6, 9, 5)) == []

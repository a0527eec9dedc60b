"""An applicant is invited: one hour, one person, whatever happens at once."""

from __future__ import annotations

import uuid

import pytest
import time_machine

from appeals.actions import close, take
from appeals.journal import faults
from appeals.kinds import Kind, NoticeReason, NoticeState
from appeals.models import (
    Applicant,
    Notice,
    Outcome,
    Reception,
)
from appeals.reception import actions
from appeals.reception.demo import Receptions
from appeals.reception.lifecycle import EXPECTED, State
from appeals.tests.reception.world import an_official, baku, hours, made, taken
from appeals.tests.world import at_once
from callcenter.errors import AlreadyDone, RuleBroken
from people.models import Alert

pytestmark = pytest.mark.django_db


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


def test_an_invitation_told_in_the_call_is_delivered(cast, invite):
    reception = invite(told_by_phone=True)
    notice = Notice.objects.get(reason=NoticeReason.RECEPTION)
    assert (notice.channel, notice.state, notice.told_by) == ("phone", "delivered", cast.aysel)
    assert reception.slot.official.name in notice.text


def test_the_same_form_again_invites_once(cast, slots, make_appeal):
    one, client_id = make_appeal(), uuid.uuid4()
    for _again in range(2):
        actions.invite(one.pk, by=cast.aysel, slot_id=slots[0].pk, client_id=client_id)
    assert Reception.objects.count() == 1


def test_one_open_invitation_an_appeal(invite, slots, make_appeal):
    one = make_appeal()
    invite(slots[0], one)
    with pytest.raises(AlreadyDone):
        invite(slots[1], one)
    assert taken(slots[1]) == 0


def test_an_anonymous_appeal_and_a_closed_one_invite_nobody(cast, invite, make_appeal):
    with pytest.raises(RuleBroken) as refused:
        invite(one=make_appeal(caller_phone=""))
    assert refused.value.code == "anonymous"
    closed = make_appeal()
    close(closed.pk, by=cast.aysel, outcome=Outcome.objects.get(code="satisfied"), text="Cavab")
    with pytest.raises(RuleBroken) as refused:
        invite(one=closed)
    assert refused.value.code == "not_possible"


def test_a_full_a_past_and_a_cancelled_hour_are_refused_beside_the_hour(
    cast, invite, slots, make_appeal, wall
):
    invite(slots[0])
    actions.cancel_slot(slots[1].pk, by=cast.head, reason="Ezamiyyət")
    for slot, code in ((slots[0], "slot_taken"), (slots[1], "slot_cancelled")):
        with pytest.raises(RuleBroken) as refused:
            invite(slot)
        assert (refused.value.code, refused.value.field) == (code, "slot")
    wall.move_to(baku(4, 7, 11, 15))
    with pytest.raises(RuleBroken) as refused:
        invite(slots[2])
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


def test_several_places_are_filled_one_by_one(cast, official, invite):
    slot = made(cast.head, official, hours(opens="15:00", closes="16:00", minutes=60, capacity=2))[
        0
    ]
    invite(slot)
    invite(slot)
    assert taken(slot) == 2
    with pytest.raises(RuleBroken):
        invite(slot)


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
    """Whoever comes first: an applicant invite to the hour is told, one not invite was refused."""
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


def test_the_demo_world_brings_no_complaint_before_whom_it_is_about(cast, make_appeal) -> None:
    users = {
        user.username: user for user in (cast.manager, cast.head, cast.unit_head, cast.unit_user)
    }
    with time_machine.travel(baku(4, 6), tick=False):
        receptions = Receptions(7, cast.head, [cast.aysel], users)
        above, accused = receptions.officials
        person = Applicant.objects.create(surname="Əliyev", given_name="Rauf")
        complaint = make_appeal(kind="complaint", complained_structure=cast.unit, applicant=person)
        take(complaint.pk, by=cast.aysel)
        made(cast.head, accused)
        receptions._invite()
        assert not Reception.objects.exists()
        made(cast.head, above)
        receptions._invite()
        assert Reception.objects.get().slot.official == above

"""Every status x action x role of a referral, allowed and forbidden, through the real gate."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.utils import timezone

from appeals.tests.world import appeal, person, placed, put, structure
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.models import Position, Role, User
from routing.actions import refer
from routing.actions.gate import referral_step
from routing.kinds import ReferralKind
from routing.lifecycle import RACTIONS, RSTATUSES, RAction, RStatus, unreachable
from routing.models import Referral
from routing.policies import may, steps_for

pytestmark = pytest.mark.django_db

FROM_SOMEWHERE = [action for action, meta in RACTIONS.items() if meta.starts]


@pytest.fixture
def people() -> dict[str, User | None]:
    dvx = structure("dvx")
    users: dict[str, User | None] = {str(role): person(role) for role in Role}
    users[Role.STRUCTURE_USER] = placed(dvx)
    users[Role.STRUCTURE_HEAD] = placed(dvx, Position.HEAD)
    return {**users, "system": None}


@pytest.fixture
def one(people) -> Referral:
    operator = people["operator"]
    dvx = people[Role.STRUCTURE_HEAD].placements.get().structure
    made = appeal(operator)
    return refer(made.pk, by=operator, structure=dvx, client_id=made.client_id)


def kind_of(action: RAction) -> str:
    """A kind the action is for; execution where it may be."""
    kinds = RACTIONS[action].kinds
    return ReferralKind.EXECUTION if ReferralKind.EXECUTION in kinds else min(kinds)


class Undo(Exception):
    """Takes a tried step back."""


def expected(action: RAction, status: RStatus, actor: str, kind: str) -> str:
    meta = RACTIONS[action]
    if actor not in meta.roles:
        return "NotAllowed"
    if kind not in meta.kinds:
        return "RuleBroken"
    if status in meta.starts:
        return str(meta.to or status)
    return "AlreadyDone" if status == meta.to else "RuleBroken"


def tried(one: Referral, action: RAction, by: User | None) -> str:
    """What comes of the step from where the referral stands; it is taken back."""
    answer = ""
    try:
        with transaction.atomic():
            with referral_step(one.pk, action, by=by, note="səbəb", at=timezone.now()):
                pass
            answer = Referral.objects.get(pk=one.pk).status
            raise Undo
    except Undo:
        return answer
    except (NotAllowed, AlreadyDone, RuleBroken) as refused:
        return type(refused).__name__


@pytest.mark.parametrize("action", FROM_SOMEWHERE)
def test_the_gate_does_exactly_what_the_table_says(action, one, people):
    kind = kind_of(action)
    told = {(str(s), a): expected(action, s, a, kind) for s in RStatus for a in people}
    done = {}
    for status in RStatus:
        put(one, status=status, kind=kind)
        done |= {(str(status), a): tried(one, action, people[a]) for a in people}
    assert done == told


@pytest.mark.parametrize("kind", ReferralKind)
def test_each_kind_has_its_own_steps_and_no_others(kind, one, people):
    """From a status the step starts from, by a person it is for: only the kind decides."""
    for action in FROM_SOMEWHERE:
        meta = RACTIONS[action]
        status = min(meta.starts)
        actor = min(meta.roles & people.keys() - {"system"}, default="system")
        put(one, status=status, kind=kind)
        answer = tried(one, action, people[actor])
        assert answer == expected(action, status, actor, kind), action


@pytest.mark.parametrize("action", FROM_SOMEWHERE)
def test_a_button_is_shown_exactly_when_the_gate_lets_pass(action, one, people):
    for status in RStatus:
        one.status, one.kind = status, kind_of(action)
        for actor, user in people.items():
            passes = actor in RACTIONS[action].roles and status in RACTIONS[action].starts
            assert may(user, action, one) is passes, (status, actor)


def test_another_structure_has_no_buttons_and_learns_nothing(one):
    for position in (Position.EXECUTOR, Position.HEAD):
        stranger = placed(structure(f"other-{position}"), position)
        assert steps_for(stranger, one) == []
        put(one, status=RStatus.SENT, kind=ReferralKind.EXECUTION)
        for action in FROM_SOMEWHERE:
            assert tried(one, action, stranger) == "NotAllowed"


@pytest.mark.parametrize("action", [a for a in FROM_SOMEWHERE if RACTIONS[a].needs_note])
def test_a_step_that_needs_a_reason_is_refused_without_one(action, one, people):
    meta = RACTIONS[action]
    put(one, status=min(meta.starts), kind=kind_of(action))
    actor = people["operator" if "operator" in meta.roles else "structure_head"]
    with pytest.raises(RuleBroken) as refused:
        with referral_step(one.pk, action, by=actor, note=" ", at=timezone.now()):
            pass
    assert (refused.value.code, refused.value.field) == ("note_required", "note")


def test_every_status_can_be_reached_and_no_open_one_is_a_dead_end():
    assert unreachable() == []
    assert set(RSTATUSES) == set(RStatus)
    assert set(RACTIONS) == set(RAction)

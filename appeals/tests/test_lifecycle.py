"""Every status x action x role, allowed and forbidden, through the real gate."""

from __future__ import annotations

import pytest
from django.db import transaction

from appeals.actions import step
from appeals.lifecycle import ACTIONS, STATUSES, Action, Status, unreachable
from appeals.models import Appeal
from appeals.policies import may, steps_for
from appeals.tests.world import appeal, person, put
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.models import Role, User

pytestmark = pytest.mark.django_db

ACTORS = (*Role, "system")
FROM_SOMEWHERE = [action for action, meta in ACTIONS.items() if meta.starts]


@pytest.fixture
def people() -> dict[str, User | None]:
    return {**{str(role): person(role) for role in Role}, "system": None}


@pytest.fixture
def one(people) -> Appeal:
    return appeal(by=people["operator"])


class Undo(Exception):
    """Takes a tried step back."""


def expected(action: Action, status: Status, actor: str) -> str:
    """The table read aloud: who may not learns nothing, then a repeat, then a wrong place."""
    meta = ACTIONS[action]
    if actor not in meta.roles:
        return "NotAllowed"
    if status in meta.starts:
        return str(meta.to or status)
    return "AlreadyDone" if status == meta.to else "RuleBroken"


def tried(one: Appeal, action: Action, by: User | None) -> str:
    """What the gate really does from where the appeal stands; nothing of it stays."""
    answer = ""
    try:
        with transaction.atomic():
            with step(one.pk, action, by=by, note="səbəb"):
                pass
            answer = Appeal.objects.get(pk=one.pk).status
            raise Undo
    except Undo:
        return answer
    except (NotAllowed, AlreadyDone, RuleBroken) as refused:
        return type(refused).__name__


@pytest.mark.parametrize("action", FROM_SOMEWHERE)
def test_the_gate_does_exactly_what_the_table_says(action, one, people):
    told = {(str(s), a): expected(action, s, a) for s in Status for a in ACTORS}
    done = {}
    for status in Status:
        put(one, status=status)
        done |= {(str(status), a): tried(one, action, people[a]) for a in ACTORS}
    assert done == told


@pytest.mark.parametrize("action", FROM_SOMEWHERE)
def test_a_button_is_shown_exactly_when_the_gate_lets_pass(action, one, people):
    for status in Status:
        one.status = status
        for actor in ACTORS:
            if actor in (Role.STRUCTURE_USER, Role.STRUCTURE_HEAD):
                continue  # acts through a referral, not on the appeal's page
            passes = expected(action, status, actor) not in (
                "NotAllowed",
                "AlreadyDone",
                "RuleBroken",
            )
            assert may(people[actor], action, one) is passes, (status, actor)


@pytest.mark.parametrize("action", [a for a in FROM_SOMEWHERE if ACTIONS[a].needs_note])
def test_a_step_that_needs_a_reason_is_refused_without_one(action, one, people):
    meta = ACTIONS[action]
    put(one, status=next(iter(meta.starts)))
    actor = people["operator" if "operator" in meta.roles else "sector_head"]
    with pytest.raises(RuleBroken) as refused:
        with step(one.pk, action, by=actor, note="  "):
            pass
    assert (refused.value.code, refused.value.field) == ("note_required", "note")


def test_every_status_can_be_reached_and_no_open_one_is_a_dead_end():
    assert unreachable() == []
    assert set(STATUSES) == set(Status)
    assert set(ACTIONS) == set(Action)


def test_management_an_auditor_and_an_administrator_have_no_buttons(one, people):
    for role in (Role.MANAGEMENT, Role.AUDITOR, Role.ADMINISTRATOR):
        assert steps_for(people[role], one) == []

"""Who sees which appeal, applicant and referral; and that all who ask get the same answer."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser

from appeals.actions import assign, correct, take
from appeals.kinds import Kind
from appeals.models import Appeal, Applicant
from appeals.policies import sees, shows_personal
from appeals.tests.world import appeal, person, placed, structure
from callcenter.errors import NotAllowed
from people.models import Delegation, Position, Role, User

pytestmark = pytest.mark.django_db

#: role -> which of the four appeals below it sees
SEEN = {
    Role.OPERATOR: {"plain"},
    Role.SECTOR_HEAD: {"plain", "restricted", "corruption", "official"},
    Role.STRUCTURE_USER: set(),
    Role.STRUCTURE_HEAD: set(),
    Role.MANAGEMENT: {"plain"},
    Role.AUDITOR: {"plain", "restricted", "corruption", "official"},
    Role.ADMINISTRATOR: set(),
}


@pytest.fixture
def registrar() -> User:
    return person(surname="Quliyeva")


@pytest.fixture
def four(registrar) -> dict[str, Appeal]:
    """A plain one, a restricted one, a report of corruption, a restricted complaint."""
    complaint = {"kind": Kind.COMPLAINT, "complained_official": "Rəis", "is_restricted": True}
    return {
        "plain": appeal(registrar),
        "restricted": appeal(registrar, is_restricted=True),
        "corruption": appeal(registrar, kind=Kind.COMPLAINT, is_corruption=True),
        "official": appeal(registrar, **complaint),
    }


def seen_by(user: User, four: dict[str, Appeal]) -> set[str]:
    seen = set(Appeal.objects.visible_to(user).values_list("pk", flat=True))
    return {name for name, one in four.items() if one.pk in seen}


@pytest.mark.parametrize("role", Role)
def test_each_role_sees_what_is_for_it(role, four):
    assert seen_by(person(role), four) == SEEN[role]


@pytest.mark.parametrize("role", Role)
def test_the_list_and_the_single_appeal_agree(role, four, registrar):
    for user in (person(role), registrar):
        seen = seen_by(user, four)
        assert {name for name, one in four.items() if sees(user, one)} == seen


def test_an_operator_sees_the_restricted_ones_registered_or_owned(four, registrar):
    assert seen_by(registrar, four) == set(four)
    head, owner = person(Role.SECTOR_HEAD), person()
    assign(four["corruption"].pk, by=head, to=owner)
    assert seen_by(owner, four) == {"plain", "corruption"}


def test_what_is_found_to_be_corruption_leaves_the_others_sight_at_once(four, registrar):
    other = person()
    correct(four["plain"].pk, by=registrar, values={"is_corruption": True})
    assert seen_by(other, four) == set()


def test_acting_for_the_head_opens_what_the_head_sees(four):
    deputy = person()
    Delegation.objects.create(
        principal=person(Role.SECTOR_HEAD), delegate=deputy, valid_from="2020-01-01",
        order_number="12", order_on="2020-01-01",
    )  # fmt: skip
    assert seen_by(deputy, four) == set(four)


def test_acting_for_a_structure_opens_no_restricted_appeal(four):
    """Two sets of rights together open no more than each does alone."""
    boss, operator = placed(structure("dvx"), Position.HEAD), person()
    Delegation.objects.create(
        principal=boss, delegate=operator, valid_from="2020-01-01", order_number="12",
        order_on="2020-01-01",
    )  # fmt: skip
    assert seen_by(operator, four) == {"plain"}
    with pytest.raises(NotAllowed):
        take(four["restricted"].pk, by=operator)


def test_nobody_and_those_who_left_see_nothing(four, registrar):
    registrar.is_active = False
    assert seen_by(registrar, four) == set()
    assert seen_by(AnonymousUser(), four) == set()


def test_the_unseen_is_answered_like_the_unknown(four):
    other = person()
    answers = []
    for pk in (four["restricted"].pk, 10**9):
        with pytest.raises(NotAllowed) as refused:
            take(pk, by=other)
        answers.append((refused.value.code, str(refused.value), refused.value.status))
    assert answers[0] == answers[1]
    assert answers[0][2] == 404


@pytest.mark.parametrize("role", Role)
def test_applicants_are_for_those_who_receive_appeals(role):
    Applicant.objects.create(client_id=uuid.uuid4(), surname="Məmmədov")
    user = person(role)
    seen = Applicant.objects.visible_to(user).exists()
    assert seen is (role in (Role.OPERATOR, Role.SECTOR_HEAD, Role.AUDITOR))
    assert shows_personal(user) is (role in (Role.OPERATOR, Role.SECTOR_HEAD))

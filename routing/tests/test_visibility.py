"""A structure sees what was sent to it, the sector what belongs to the appeals it sees."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from appeals.kinds import Kind
from appeals.models import Appeal
from appeals.tests.world import appeal, person, placed, structure
from people.models import Delegation, Position, Role
from routing.actions import refer
from routing.models import Referral
from routing.policies import sees_referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent() -> dict[str, Referral]:
    operator = person()
    made = {}
    for code in ("dvx", "gomruk"):
        for restricted in (False, True):
            one = appeal(operator, kind=Kind.COMPLAINT, is_restricted=restricted)
            to = made[code].structure if code in made else structure(code)
            name = f"{code} restricted" if restricted else code
            made[name] = refer(one.pk, by=operator, structure=to, client_id=uuid.uuid4())
    return made


def seen_by(user, sent) -> set[str]:
    seen = set(Referral.objects.visible_to(user).values_list("pk", flat=True))
    # The rule for one at hand never says otherwise than the rule for rows.
    at_hand = Referral.objects.select_related("appeal")
    assert {row.pk for row in at_hand if sees_referral(user, row)} == seen
    return {name for name, row in sent.items() if row.pk in seen}


@pytest.mark.parametrize("position", Position)
def test_a_structure_sees_its_own_referrals_only(position, sent):
    assert seen_by(placed(sent["dvx"].structure, position), sent) == {"dvx", "dvx restricted"}


def test_a_place_that_ended_or_has_not_begun_shows_nothing(sent):
    dvx = sent["dvx"].structure
    assert seen_by(placed(dvx, valid_to=dt.date(2021, 1, 1)), sent) == set()
    assert seen_by(placed(dvx, valid_from=dt.date(2999, 1, 1)), sent) == set()


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.OPERATOR, {"dvx", "gomruk"}),
        (Role.MANAGEMENT, {"dvx", "gomruk"}),
        (Role.SECTOR_HEAD, {"dvx", "gomruk", "dvx restricted", "gomruk restricted"}),
        (Role.AUDITOR, {"dvx", "gomruk", "dvx restricted", "gomruk restricted"}),
        (Role.STRUCTURE_USER, set()),
        (Role.STRUCTURE_HEAD, set()),
        (Role.ADMINISTRATOR, set()),
    ],
)
def test_the_sector_sees_the_referrals_of_the_appeals_it_sees(role, names, sent):
    assert seen_by(person(role), sent) == names


def test_an_operator_acting_for_a_structure_sees_both(sent):
    operator = person()
    Delegation.objects.create(
        principal=placed(sent["dvx"].structure), delegate=operator, valid_from="2020-01-01",
        order_number="12", order_on="2020-01-01",
    )  # fmt: skip
    assert seen_by(operator, sent) == {"dvx", "gomruk", "dvx restricted"}


def test_whoever_counts_many_sees_the_same(cast, make_appeal):
    plain, accusing, of_person = make_appeal(), make_appeal(), make_appeal()
    for each in (plain, accusing, of_person):
        refer(each.pk, by=cast.head, structure=cast.unit, client_id=uuid.uuid4(), question="?")
    Appeal.objects.filter(pk=accusing.pk).update(complained_structure=cast.unit)
    Appeal.objects.filter(pk=of_person.pk).update(complained_user=cast.unit_user)
    for user, seen in (
        (cast.unit_user, {plain.pk}),
        (cast.unit_head, {plain.pk, of_person.pk}),
        (cast.other_user, set()),
        (cast.head, {plain.pk, accusing.pk, of_person.pk}),
    ):
        for among_many in (False, True):
            rows = Referral.objects.visible_to(user, among_many=among_many)
            assert set(rows.values_list("appeal", flat=True)) == seen

"""Rights on a day: one's own, one's places, and those of whom one acts for, each by its dates."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from people.audit import audit
from people.models import Delegation, Placement, Position, Role, Structure, User
from people.standing import NOBODY, holders, standing_of

pytestmark = pytest.mark.django_db

FIRST, LAST = dt.date(2026, 3, 2), dt.date(2026, 3, 6)
BEFORE, AFTER = dt.date(2026, 3, 1), dt.date(2026, 3, 7)


def person(name: str, role: str = Role.OPERATOR) -> User:
    return User.objects.create(username=name, role=role, last_name=name.title(), first_name="Ad")


def fresh(user: User) -> User:
    """As the next request reads the person."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def dvx() -> Structure:
    return Structure.objects.create(
        code="dvx", category="inside", path="/dvx/", name_az="DVX", valid_from=dt.date(2020, 1, 1)
    )


def acts(delegate: User, principal: User, start: dt.date = FIRST, end: dt.date | None = LAST):
    return Delegation.objects.create(
        principal=principal, delegate=delegate, valid_from=start, valid_to=end,
        order_number="12", order_on=start,
    )  # fmt: skip


@pytest.mark.parametrize("role", Role)
def test_everybody_has_the_own_role_and_no_more(role):
    standing = standing_of(person("one", role))
    assert standing.roles == {role}
    assert (standing.structures, standing.headed) == (frozenset(), frozenset())
    assert standing.acting_for_name == ""


def test_nobody_and_those_who_left_have_no_rights():
    left = person("left", Role.SECTOR_HEAD)
    left.is_active = False
    assert standing_of(left) is NOBODY
    assert standing_of(AnonymousUser()) is NOBODY


@pytest.mark.parametrize(
    ("day", "acting"), [(BEFORE, False), (FIRST, True), (LAST, True), (AFTER, False)]
)
def test_a_delegation_holds_from_its_first_to_its_last_day_both_included(day, acting):
    head, deputy = person("head", Role.SECTOR_HEAD), person("deputy")
    acts(deputy, head)
    standing = standing_of(fresh(deputy), day)
    assert standing.has(Role.SECTOR_HEAD) is acting
    assert standing.has(Role.OPERATOR)
    assert standing.acting_for_name == ("Head Ad" if acting else "")


def test_the_day_is_that_of_baku():
    head, deputy = person("head", Role.SECTOR_HEAD), person("deputy")
    acts(deputy, head)
    with time_machine.travel(dt.datetime(2026, 3, 1, 20, 0, tzinfo=dt.UTC), tick=False):
        assert standing_of(fresh(deputy)).has(Role.SECTOR_HEAD)
    with time_machine.travel(dt.datetime(2026, 3, 6, 20, 0, tzinfo=dt.UTC), tick=False):
        assert not standing_of(fresh(deputy)).has(Role.SECTOR_HEAD)


def test_what_is_remembered_ends_with_the_day():
    head, deputy = person("head", Role.SECTOR_HEAD), person("deputy")
    acts(deputy, head)
    assert standing_of(deputy, LAST).has(Role.SECTOR_HEAD)
    assert not standing_of(deputy, AFTER).has(Role.SECTOR_HEAD)


def test_rights_are_not_passed_on_a_second_time():
    head, deputy, third = person("head", Role.SECTOR_HEAD), person("deputy"), person("third")
    acts(deputy, head)
    acts(third, deputy)
    assert not standing_of(third, FIRST).has(Role.SECTOR_HEAD)


def test_the_principal_keeps_the_rights_and_gains_none():
    head, auditor = person("head", Role.SECTOR_HEAD), person("auditor", Role.AUDITOR)
    acts(auditor, head)
    assert standing_of(head, FIRST).roles == {Role.SECTOR_HEAD}


@pytest.mark.parametrize(
    ("day", "placed"), [(BEFORE, False), (FIRST, True), (LAST, True), (AFTER, False)]
)
def test_a_place_in_a_structure_holds_by_its_dates(day, placed, dvx):
    user = person("executor", Role.STRUCTURE_USER)
    Placement.objects.create(
        user=user, structure=dvx, position=Position.EXECUTOR, valid_from=FIRST, valid_to=LAST
    )
    standing = standing_of(user, day)
    assert (dvx.pk in standing.structures) is placed
    assert not standing.headed
    assert not standing.has(Role.STRUCTURE_HEAD)


@pytest.mark.parametrize("position", [Position.HEAD, Position.SUBSTITUTE])
def test_the_head_and_the_substitute_head_the_structure(position, dvx):
    user = person("boss", Role.STRUCTURE_USER)
    Placement.objects.create(user=user, structure=dvx, position=position, valid_from=FIRST)
    assert standing_of(user, FIRST).headed == {dvx.pk}
    assert standing_of(user, FIRST).has(Role.STRUCTURE_HEAD)
    assert not standing_of(fresh(user), BEFORE).has(Role.STRUCTURE_HEAD)


def test_acting_for_a_head_brings_the_structures_headed(dvx):
    boss, deputy = person("boss", Role.STRUCTURE_HEAD), person("deputy", Role.STRUCTURE_USER)
    Placement.objects.create(user=boss, structure=dvx, position=Position.HEAD, valid_from=FIRST)
    acts(deputy, boss)
    assert standing_of(deputy, FIRST).headed == {dvx.pk}
    assert standing_of(fresh(deputy), AFTER).headed == frozenset()


def test_dates_that_make_no_sense_are_refused_by_the_database(dvx):
    user = person("one")
    with pytest.raises(IntegrityError), transaction.atomic():
        acts(user, user)
    with pytest.raises(IntegrityError), transaction.atomic():
        acts(user, person("two"), LAST, FIRST)
    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.create(
            user=user, structure=dvx, position="head", valid_from=LAST, valid_to=FIRST
        )


def test_the_audit_tells_who_acted_and_for_whom():
    head, deputy = person("head", Role.SECTOR_HEAD), person("deputy")
    acts(deputy, head, dt.date(2020, 1, 1), None)
    row = audit("look.applicant", by=deputy, object_kind="applicant", object_ref=7)
    assert (row.actor_name, row.acting_for_name, row.object_ref) == ("Deputy Ad", "Head Ad", "7")


def test_a_structure_is_within_itself_and_what_it_is_under_only(dvx):
    def under(code: str, parent: str) -> Structure:
        return Structure(code=code, path=f"{parent}{code}/", name_az=code)

    branch = under("ganja", dvx.path)
    assert dvx.is_within(dvx)
    assert branch.is_within(dvx)
    assert not dvx.is_within(branch)
    assert not under("dvx-2", "/").is_within(dvx)


def test_who_acts_for_a_head_is_told_what_the_head_is_told_and_only_then():
    head, deputy = person("head", Role.SECTOR_HEAD), person("deputy")
    person("gone", Role.SECTOR_HEAD)
    User.objects.filter(username="gone").update(is_active=False)
    acts(deputy, head)
    assert set(holders(Role.SECTOR_HEAD, FIRST)) == {head, deputy}
    assert set(holders(Role.SECTOR_HEAD, LAST)) == {head, deputy}
    for day in (BEFORE, AFTER):
        assert holders(Role.SECTOR_HEAD, day) == [head]

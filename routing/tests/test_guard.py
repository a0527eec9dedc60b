"""A complaint never reaches the accused: not by its tree, not by a reorganisation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from appeals.models import Appeal
from people.models import Structure
from routing.guard import barred_structures, complaint_way, is_complained_about

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory")]
Complaint = Callable[[Structure], Appeal]


def structure(code: str) -> Structure:
    return Structure.objects.get(code=code)


def under(parent: Structure, code: str) -> Structure:
    return Structure.objects.create(
        code=code, category=parent.category, parent=parent, path=f"{parent.path}{code}/",
        name_az=code, valid_from=dt.date(2020, 1, 1),
    )  # fmt: skip


def about(accused: Structure | None) -> Appeal:
    return Appeal(complained_structure=accused)


def test_the_accused_and_everything_under_it_are_barred():
    accused = structure("dept-trade")
    office = under(accused, "trade-office")
    desk = under(office, "trade-desk")
    assert barred_structures(accused.pk) == {accused.pk, office.pk, desk.pk}
    assert not is_complained_about(about(accused), structure("dept-legal"))


def test_a_successor_of_the_accused_and_of_its_parts_is_barred_too():
    accused = structure("dept-trade")
    office = under(accused, "trade-office")
    heir = under(structure("apparatus-head"), "dept-commerce")
    heirs_desk = under(heir, "commerce-desk")
    refuge = under(structure("dept-legal"), "refuge")
    Structure.objects.filter(pk=accused.pk).update(successor=heir)
    Structure.objects.filter(pk=office.pk).update(successor=refuge)
    assert {heir.pk, heirs_desk.pk, refuge.pk} <= barred_structures(accused.pk)


def test_two_structures_that_name_each_other_as_successor_end_the_search():
    one, other = structure("dept-trade"), structure("dept-legal")
    Structure.objects.filter(pk=one.pk).update(successor=other)
    Structure.objects.filter(pk=other.pk).update(successor=one)
    assert barred_structures(one.pk) >= {one.pk, other.pk}


def test_without_an_accused_nobody_is_barred():
    assert barred_structures(None) == frozenset()


def test_a_complaint_goes_to_the_superior():
    accused = under(structure("dept-trade"), "trade-office")
    assert complaint_way(about(accused)) == structure("dept-trade")


def test_a_complaint_about_a_body_under_the_ministry_goes_to_the_head_of_the_apparatus():
    ministry = structure("ministry")
    body = under(ministry, "a-body")
    assert complaint_way(about(body)) == structure("apparatus-head")


def test_a_complaint_about_the_head_of_the_apparatus_has_no_way_of_its_own():
    assert complaint_way(about(structure("apparatus-head"))) is None
    assert complaint_way(about(None)) is None

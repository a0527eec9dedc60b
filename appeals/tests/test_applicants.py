"""An applicant is kept with every former state; a wrong number warns and never blocks."""

from __future__ import annotations

import uuid

import pytest

from appeals.actions import save_applicant
from appeals.models import Applicant, ApplicantVersion, Contact
from appeals.tests.world import person
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from people.models import Role

pytestmark = pytest.mark.django_db

NAME = {"surname": "Məmmədov", "given_name": "Əli"}


def test_the_same_form_sent_twice_makes_one_applicant():
    by, client_id = person(), uuid.uuid4()
    made = {
        save_applicant(by=by, values=NAME, client_id=client_id, phones=["050 111 22 33"]).pk
        for _ in range(2)
    }
    assert len(made) == Applicant.objects.count() == Contact.objects.count() == 1
    assert Contact.objects.get().value == "+994501112233"


def test_the_former_state_is_kept_with_every_change():
    by = person()
    one = save_applicant(by=by, values=NAME)
    save_applicant(by=by, applicant_id=one.pk, values={"surname": "Əliyev"}, version=1)
    kept = Applicant.objects.get()
    assert (kept.surname, kept.given_name, kept.version) == ("Əliyev", "Əli", 2)
    former = ApplicantVersion.objects.get()
    assert (former.version, former.values["surname"], former.by) == (1, "Məmmədov", by)
    with pytest.raises(StaleForm):
        save_applicant(by=by, applicant_id=one.pk, values={"surname": "Quliyev"}, version=1)


def test_a_wrong_fin_or_voen_is_kept_as_given():
    one = save_applicant(by=person(), values={**NAME, "fin": "123", "voen": "77"})
    assert (one.fin, one.voen) == ("123", "77")


def test_an_applicant_has_a_name():
    with pytest.raises(RuleBroken) as refused:
        save_applicant(by=person(), values={"surname": " "})
    assert refused.value.field == "surname"
    assert not Applicant.objects.exists()


@pytest.mark.parametrize("role", [r for r in Role if r not in ("operator", "sector_head")])
def test_only_the_sector_writes_applicants(role):
    with pytest.raises(NotAllowed):
        save_applicant(by=person(role), values=NAME)


def test_an_unknown_applicant_is_answered_like_a_forbidden_one():
    with pytest.raises(NotAllowed):
        save_applicant(by=person(), applicant_id=10**9, values=NAME)

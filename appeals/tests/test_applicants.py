"""An applicant is kept with every former state; a wrong number warns and never blocks."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from appeals.actions import save_applicant
from appeals.models import Applicant, ApplicantVersion, Contact
from appeals.tests.world import person
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from people.models import AuditEntry, Role

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


@pytest.fixture
def known(cast):
    return save_applicant(
        by=cast.aysel,
        values={**NAME, "fin": "5ABC123", "address": "Gəncə, Nizami 5"},
        phones=["050 212 34 56", "055 333 44 55"],
    )


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_page_masks_and_a_look_is_written_down(cast, known, make_appeal):
    own, secret = (
        make_appeal(applicant=known),
        make_appeal(by=cast.head, applicant=known, is_restricted=True),
    )
    client = client_of(cast.aysel)
    page = client.get(reverse("applicant", args=[known.pk])).text
    assert own.number in page and secret.number not in page
    for hidden in ("5ABC123", "2123456", "Nizami"):
        assert hidden not in page
    full = client.post(reverse("applicant-reveal", args=[known.pk])).text
    assert "5ABC123" in full and "+994502123456" in full
    looks = AuditEntry.objects.filter(kind="look.applicant", object_ref=str(known.pk))
    assert looks.count() == 1
    client.get(reverse("applicant-edit", args=[known.pk]))
    assert looks.count() == 2


def test_who_opens_the_page(cast, known):
    url, edit = reverse("applicant", args=[known.pk]), reverse("applicant-edit", args=[known.pk])
    seen = {
        name: (client_of(getattr(cast, name)).get(url).status_code,
               client_of(getattr(cast, name)).get(edit).status_code)
        for name in ("aysel", "head", "auditor", "manager", "unit_user", "admin")
    }  # fmt: skip
    assert seen == {
        "aysel": (200, 200), "head": (200, 200), "auditor": (200, 404),
        "manager": (404, 404), "unit_user": (404, 404), "admin": (404, 404),
    }  # fmt: skip


def test_a_change_is_a_version_and_who_saves_second_keeps_the_text(cast, known):
    client, edit = client_of(cast.aysel), reverse("applicant-edit", args=[known.pk])
    data = {
        "version": 1, "kind": "person", "surname": "Quliyev", "given_name": "Əli", "language": "ru",
        "fin": "123", "contacts": "Qardaşı; 070 111 22 33",
    }  # fmt: skip
    assert client.post(edit, data).status_code == 302
    known.refresh_from_db()
    assert (known.surname, known.language, known.fin, known.version) == ("Quliyev", "ru", "123", 2)
    assert known.contacts.get(value="+994701112233").person_name == "Qardaşı"
    page = client.get(reverse("applicant", args=[known.pk]))
    [told] = page.context["versions"]
    assert any(change[1:] == ("Məmmədov", "Quliyev") for change in told["changes"])
    assert "5ABC123" not in page.text
    late = client.post(edit, {**data, "surname": "Gec yazılan"})
    assert late.status_code == 409
    assert "Gec yazılan" in late.text
    empty = client.post(edit, {**data, "version": 2, "surname": "", "given_name": ""})
    assert empty.status_code == 422


def test_contacts_are_preferred_and_taken_away(cast, known):
    client, (first, second) = client_of(cast.aysel), known.contacts.order_by("id")
    for contact in (first, second):
        client.post(reverse("contact-prefer", args=[known.pk, contact.pk]))
    assert list(known.contacts.filter(is_preferred=True)) == [second]
    client.post(reverse("contact-drop", args=[known.pk, first.pk]))
    assert list(known.contacts.all()) == [second]
    other = save_applicant(by=cast.aysel, values={"surname": "Başqa"})
    client.post(reverse("contact-drop", args=[other.pk, second.pk]))
    assert list(known.contacts.all()) == [second]


def test_the_history_is_paged(cast, known, make_appeal, monkeypatch):
    monkeypatch.setattr("appeals.paging.PAGE", 2)
    made = [make_appeal(applicant=known).pk for _turn in range(3)][::-1]
    client, url = client_of(cast.aysel), reverse("applicant", args=[known.pk])
    first = client.get(url)
    second = client.get(url + first.context["next_url"])
    assert [r.pk for page in (first, second) for r in page.context["page"].rows] == made

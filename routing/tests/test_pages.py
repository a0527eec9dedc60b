"""A structure's pages: what it may do, and what it must never see."""

from __future__ import annotations

import datetime as dt
import uuid
from types import SimpleNamespace

import pytest
from django.urls import reverse

from appeals import actions as appeals
from appeals.actions.intake import Intake
from appeals.kinds import Kind
from appeals.models import Topic
from people.models import AuditEntry, Placement, Position, Role, Structure, User
from routing import actions
from routing.models import Referral

pytestmark = pytest.mark.django_db
LONG_AGO = dt.date(2020, 1, 1)


@pytest.fixture
def cast() -> SimpleNamespace:
    def person(name: str, role: str) -> User:
        return User.objects.create_user(name, password="x", role=role, last_name=name.title())

    def place(code: str, parent: Structure | None = None) -> Structure:
        path = f"{parent.path if parent else '/'}{code}/"
        return Structure.objects.create(
            code=code,
            path=path,
            parent=parent,
            name_az=code,
            category="inside",
            valid_from=LONG_AGO,
        )

    a, b = place("a"), place("b")
    under_a = place("a-ganja", a)
    cast = SimpleNamespace(
        operator=person("aysel", Role.OPERATOR),
        user=person("user-a", Role.STRUCTURE_USER),
        head=person("head-a", Role.STRUCTURE_HEAD),
        stranger=person("user-b", Role.STRUCTURE_USER),
        a=a,
        b=b,
        under_a=under_a,
        topic=Topic.objects.create(
            code="t", path="/t/", name_az="Kassa aparatı", valid_from=LONG_AGO
        ),
    )
    for user, structure, position in (
        (cast.user, a, Position.EXECUTOR),
        (cast.head, a, Position.HEAD),
        (cast.stranger, b, Position.EXECUTOR),
    ):
        Placement.objects.create(
            user=user, structure=structure, position=position, valid_from=LONG_AGO
        )
    return cast


@pytest.fixture
def referral(cast) -> Referral:
    appeal = registered(cast)
    return actions.refer(appeal.pk, by=cast.operator, structure=cast.a, client_id=uuid.uuid4())


def registered(cast, **more: object):
    intake = Intake(
        kind=Kind.COMPLAINT,
        topic=cast.topic,
        text="Çek verilmir",
        caller_phone="0502123456",
        **more,
    )
    return appeals.register(by=cast.operator, client_id=uuid.uuid4(), intake=intake)


def test_the_structure_sees_what_was_shared_and_never_the_phone(client, cast, referral) -> None:
    client.force_login(cast.user)
    listed = client.get(reverse("inbox"))
    page = client.get(reverse("referral", args=[referral.pk]))
    assert referral.appeal.number in listed.content.decode()
    assert "Çek verilmir" in page.content.decode()
    assert "2123456" not in page.content.decode().replace(" ", "")
    referral.refresh_from_db()
    assert referral.seen_at is not None


def test_a_text_that_was_not_shared_is_not_shown(client, cast) -> None:
    appeal = registered(cast)
    sent = actions.refer(
        appeal.pk, by=cast.operator, structure=cast.a, client_id=uuid.uuid4(), shares_text=False
    )
    client.force_login(cast.user)
    page = client.get(reverse("referral", args=[sent.pk])).content.decode()
    assert "Çek verilmir" not in page


def test_another_structures_referral_is_not_found(client, cast, referral) -> None:
    client.force_login(cast.stranger)
    assert client.get(reverse("referral", args=[referral.pk])).status_code == 404
    address = reverse("referral-do", args=[referral.pk, "accept"])
    assert client.post(address, {"accept-version": 1}).status_code == 404
    assert referral.appeal.number not in client.get(reverse("inbox")).content.decode()


def step(client, referral: Referral, action: str, **values: object):
    referral.refresh_from_db()
    data = {f"{action}-{name}": value for name, value in values.items()}
    data[f"{action}-version"] = referral.version
    return client.post(reverse("referral-do", args=[referral.pk, action]), data)


def test_the_way_from_acceptance_to_the_sectors_own_hands(client, cast, referral) -> None:
    client.force_login(cast.user)
    assert step(client, referral, "accept").status_code == 302
    assert step(client, referral, "draft", text="Yoxlanıldı.").status_code == 302
    assert step(client, referral, "approve", text="Yoxlanıldı.").status_code == 404
    client.force_login(cast.head)
    assert step(client, referral, "approve", text="Yoxlanıldı.").status_code == 302
    client.force_login(cast.operator)
    assert step(client, referral, "take_answer").status_code == 302
    referral.refresh_from_db()
    referral.appeal.refresh_from_db()
    assert (referral.status, referral.appeal.status) == ("taken", "answered")
    assert referral.appeal.answer_text == "Yoxlanıldı."


def test_a_return_without_a_reason_keeps_the_page_and_says_so(client, cast, referral) -> None:
    client.force_login(cast.user)
    refused = step(client, referral, "return", reason="")
    assert refused.status_code == 409
    assert step(client, referral, "return", reason="Bizim deyil").status_code == 302
    referral.appeal.refresh_from_db()
    assert referral.appeal.status == "considered"


def test_accepting_what_a_colleague_accepted_tells_who(client, cast, referral) -> None:
    actions.accept(referral.pk, by=cast.head)
    client.force_login(cast.user)
    answer = step(client, referral, "accept")
    assert answer.status_code == 409
    assert cast.head.name in answer.content.decode()


def test_a_complaint_is_never_sent_to_whom_it_complains_about(client, cast) -> None:
    appeal = registered(cast, complained_structure=cast.a)
    client.force_login(cast.operator)
    for accused in (cast.a, cast.under_a):
        answer = client.post(
            reverse("refer", args=[appeal.pk]),
            {
                "structure": accused.pk,
                "kind": "execution",
                "client_id": uuid.uuid4(),
                "version": appeal.version,
            },
        )
        assert answer.status_code == 409
        with pytest.raises(Exception, match="complain|şikayət"):
            actions.refer(appeal.pk, by=cast.operator, structure=accused, client_id=uuid.uuid4())
    assert not Referral.objects.exists()
    assert AuditEntry.objects.filter(kind="refused.referral").count() == 2
    assert appeal.entries.filter(kind="referral.refused").count() == 2


def test_the_operator_refers_from_the_page(client, cast) -> None:
    appeal = registered(cast)
    client.force_login(cast.operator)
    address = reverse("refer", args=[appeal.pk])
    assert client.get(address).status_code == 200
    data = {
        "structure": cast.a.pk,
        "kind": "execution",
        "days": "5",
        "client_id": uuid.uuid4(),
        "version": appeal.version,
    }
    assert client.post(address, data).status_code == 302
    assert Referral.objects.get().clock.quantity == 5

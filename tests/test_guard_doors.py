"""A complaint never reaches the body or the person it is about (594-1.1.2): every door is tried, with
every kind of accused, each attempt is refused and written down, and nothing is left behind."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from appeals.actions import correct, take
from appeals.actions.history import Past, import_past
from appeals.kinds import Kind
from appeals.lifecycle import Status
from appeals.models import Appeal, Topic
from callcenter.errors import NotAllowed, RuleBroken
from people.models import (
    Alert,
    AuditEntry,
    Delegation,
    Placement,
    Position,
    Role,
    Structure,
    User,
)
from routing import actions
from routing.actions.guarding import misplaced, take_back
from routing.actions.inheriting import inherit
from routing.models import Referral, ReferralKind
from routing.rules.actions import let_rules_decide, save_rule
from routing.rules.offers import offers_for
from routing.suggestions.deciding import Offer
from tests.addresses import RULE
from tests.cast import SINCE, Cast

pytestmark = pytest.mark.django_db
Make = Callable[..., Appeal]


@dataclass
class Scene:
    """A complaint about `accused`; `target` is whom it must not reach."""

    cast: Cast
    appeal: Appeal
    accused: Structure
    target: Structure
    elsewhere: Structure
    client: Client
    program: Callable[..., APIClient]

    def refer(self, to: Structure, **more: Any) -> Referral:
        return actions.refer(
            self.appeal.pk, by=self.cast.aysel, structure=to, client_id=uuid.uuid4(), **more
        )


def _under(parent: Structure, code: str, **more: Any) -> Structure:
    return Structure.objects.create(
        code=code, category=parent.category, parent=parent, path=f"{parent.path}{code}/",
        name_az=code, valid_from=SINCE, **more,
    )  # fmt: skip


def _itself(accused: Structure) -> Structure:
    return accused


def _subordinate(accused: Structure) -> Structure:
    return _under(_under(accused, "office"), "desk")


def _successor(accused: Structure) -> Structure:
    heir = _under(Structure.objects.get(code="ministry"), "heir")
    Structure.objects.filter(pk=accused.pk).update(successor=heir)
    return heir


def _under_the_successor(accused: Structure) -> Structure:
    return _under(_successor(accused), "heirs-desk")


def _heir_of_a_part(accused: Structure) -> Structure:
    refuge = _under(Structure.objects.get(code="kobia"), "refuge")
    _under(accused, "part", successor=refuge)
    return refuge


TARGETS = {
    "itself": _itself,
    "a subordinate": _subordinate,
    "its successor": _successor,
    "a subordinate of its successor": _under_the_successor,
    "the heir of a part of it": _heir_of_a_part,
}


@pytest.fixture(params=TARGETS, ids=list(TARGETS))
def scene(request, cast: Cast, make_appeal: Make, client: Client, program) -> Scene:
    target = TARGETS[request.param](cast.unit)
    appeal = make_appeal(
        kind=Kind.COMPLAINT, text="İxrac üzrə şikayət", complained_structure=cast.unit
    )
    appeal = take(appeal.pk, by=cast.aysel)
    client.force_login(cast.aysel)
    elsewhere = Structure.objects.get(code="dept-legal")
    return Scene(cast, appeal, cast.unit, target, elsewhere, client, program)


# --- The doors: each tries to send the complaint to `target` and must be refused ---------------


def by_verb(s: Scene) -> None:
    with pytest.raises(RuleBroken) as broken:
        s.refer(s.target)
    assert broken.value.code == "complained_about"


def by_form(s: Scene) -> None:
    page = s.client.get(f"/appeals/{s.appeal.pk}/refer/").content.decode()
    assert f'value="{s.target.pk}"' not in page
    data = {
        "structure": s.target.pk, "kind": "execution", "client_id": uuid.uuid4(),
        "version": Appeal.objects.get(pk=s.appeal.pk).version,
    }  # fmt: skip
    assert s.client.post(f"/appeals/{s.appeal.pk}/refer/", data).status_code == 409


def by_consultation(s: Scene) -> None:
    data = {
        "consult-structure": s.target.pk, "structure": s.target.pk, "question": "Rəy?",
        "client_id": uuid.uuid4(),
    }  # fmt: skip
    assert s.client.post(f"/appeals/{s.appeal.pk}/consult/", data).status_code == 422


def as_document_request(s: Scene) -> None:
    with pytest.raises(RuleBroken):
        s.refer(s.target, kind=ReferralKind.DOCUMENT, question="Sənəd")


def for_information(s: Scene) -> None:
    with pytest.raises(RuleBroken):
        s.refer(s.target, kind=ReferralKind.INFORMATION)


def as_decision(s: Scene) -> None:
    with pytest.raises(RuleBroken):
        s.refer(s.target, kind=ReferralKind.DECISION, question="Qərar?")


def as_co_executor(s: Scene) -> None:
    with pytest.raises(RuleBroken) as broken:
        s.refer(s.elsewhere, kind=ReferralKind.JOINT, co_executors=[s.target])
    assert broken.value.field == "co_executors"


def as_a_later_co_executor(s: Scene) -> None:
    main = s.refer(s.elsewhere, kind=ReferralKind.JOINT)
    with pytest.raises(RuleBroken):
        actions.add_co_executor(
            main.pk, by=s.cast.aysel, structure=s.target, client_id=uuid.uuid4()
        )


def by_rerouting(s: Scene) -> None:
    sent = s.refer(s.elsewhere)
    url = f"/inbox/{sent.pk}/do/reroute/"
    data = {
        "reroute-structure": s.target.pk, "reroute-reason": "Onlarındır",
        "reroute-client_id": uuid.uuid4(), "reroute-version": sent.version,
    }  # fmt: skip
    assert s.client.post(url, data).status_code == 409
    with pytest.raises(RuleBroken):
        actions.reroute(
            sent.pk, by=s.cast.aysel, client_id=uuid.uuid4(), structure=s.target, reason="Onlar"
        )
    assert Referral.objects.get(pk=sent.pk).is_open


def by_program(s: Scene) -> None:
    answer = s.program(s.cast.aysel).post(
        f"/api/v1/appeals/{s.appeal.pk}/refer/", {"structure": s.target.code}, format="json",
        HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()),
    )  # fmt: skip
    assert answer.status_code == 409, answer.content
    assert answer.json()["code"] == "complained_about"


REFUSED_DOORS: dict[str, Callable[[Scene], None]] = {
    "the verb": by_verb,
    "the form": by_form,
    "an opinion asked from the page": by_consultation,
    "a document request": as_document_request,
    "for information": for_information,
    "a decision": as_decision,
    "a co-executor": as_co_executor,
    "a later co-executor": as_a_later_co_executor,
    "rerouting": by_rerouting,
    "the API": by_program,
}


def test_each_door_refuses_and_writes_down(scene: Scene):
    """One after the other, so that what one door left behind opens no other."""
    refused = AuditEntry.objects.filter(
        kind="refused.referral", object_ref=str(scene.appeal.pk), actor=scene.cast.aysel
    )
    journal = scene.appeal.entries.filter(kind="referral.refused")
    for name, door in REFUSED_DOORS.items():
        before = refused.count(), journal.count()
        door(scene)
        assert not Referral.objects.filter(appeal=scene.appeal, structure=scene.target).exists(), (
            name
        )
        assert refused.count() > before[0], name
        assert journal.count() > before[1], name


# --- What decides by itself passes the accused over ---------------------------------------------


def test_a_rule_is_passed_over_and_it_is_written_down(scene: Scene, make_appeal: Make):
    save_rule(
        by=scene.cast.head,
        values={**RULE, "structure": scene.target, "is_automatic": True, "words": []},
    )
    fresh = make_appeal(kind=Kind.COMPLAINT, complained_structure=scene.accused)
    decision = let_rules_decide(fresh.pk)
    assert decision is not None
    assert decision.structure != scene.target
    assert not Referral.objects.filter(appeal=fresh, structure=scene.target).exists()
    assert AuditEntry.objects.filter(
        kind="rule.passed_over_accused", object_ref=str(fresh.pk)
    ).exists()


def test_suggestions_never_name_the_accused(scene: Scene, monkeypatch):
    def guess(target: str, text: str, most: int) -> list[Any]:
        from routing.suggestions.learning import Guess

        return [Guess(scene.target.code, 0.9), Guess(scene.elsewhere.code, 0.1)]

    monkeypatch.setattr("routing.suggestions.deciding._guesses", guess)
    offered = [offer.structure for offer in offers_for(scene.appeal)]
    assert scene.target not in offered
    data = {"text": "İxrac üzrə şikayət", "complained_structure": scene.accused.pk}
    page = scene.client.post("/offers/", data)
    structures: list[Offer] = page.context["structures"]
    assert scene.target not in [offer.found for offer in structures]
    assert let_rules_decide(scene.appeal.pk) is None


# --- Sent rightly, then the world changes --------------------------------------------------------


def test_corrected_to_be_about_whoever_has_it_it_is_taken_back(
    scene: Scene, cast: Cast, make_appeal: Make
):
    plain = take(make_appeal(kind=Kind.COMPLAINT).pk, by=cast.aysel)
    there = Placement.objects.create(
        user=cast.other_user, structure=scene.target, position=Position.HEAD, valid_from=SINCE
    )
    sent = actions.refer(plain.pk, by=cast.aysel, structure=scene.target, client_id=uuid.uuid4())
    assert Referral.objects.visible_to(there.user).filter(pk=sent.pk).exists()
    fresh = Appeal.objects.get(pk=plain.pk)
    correct(
        plain.pk, by=cast.aysel, values={"complained_structure_id": scene.accused.pk},
        version=fresh.version,
    )  # fmt: skip
    sent.refresh_from_db()
    assert not sent.is_open
    fresh.refresh_from_db()
    assert (fresh.responsible, fresh.status) == (None, "considered")
    assert AuditEntry.objects.filter(kind="refused.referral", object_ref=str(plain.pk)).exists()
    assert Alert.objects.filter(user=cast.head, kind="referral.from_accused").count() == 1
    assert not _reaches(there.user, sent)


def _reaches(user: User, sent: Referral) -> bool:
    again = User.objects.get(pk=user.pk)
    client = Client()
    client.force_login(again)
    seen = Referral.objects.visible_to(again).filter(pk=sent.pk).exists()
    assert (client.get(f"/inbox/{sent.pk}/").status_code == 200) is seen
    listed = client.get("/inbox/?list=all")
    assert (f"/inbox/{sent.pk}/" in listed.content.decode()) is seen
    return seen


def test_reorganised_while_it_lies_elsewhere_it_is_taken_back(cast: Cast, make_appeal: Make):
    appeal = take(
        make_appeal(kind=Kind.COMPLAINT, complained_structure=cast.unit).pk, by=cast.aysel
    )
    sent = actions.refer(appeal.pk, by=cast.aysel, structure=cast.other, client_id=uuid.uuid4())
    assert _reaches(cast.other_user, sent)
    Structure.objects.filter(pk=cast.unit.pk).update(
        successor=cast.other, valid_to=timezone.localdate() - dt.timedelta(days=1)
    )
    assert not _reaches(cast.other_user, sent)
    with pytest.raises(NotAllowed):
        actions.accept(sent.pk, by=User.objects.get(pk=cast.other_user.pk))
    assert misplaced() == [sent.pk]
    for _time in range(2):
        take_back(sent.pk)
    assert misplaced() == []
    assert AuditEntry.objects.filter(kind="refused.referral").count() == 1
    assert Appeal.objects.get(pk=appeal.pk).status == "considered"


def test_an_heir_complained_about_does_not_inherit_it(cast: Cast, make_appeal: Make):
    appeal = take(
        make_appeal(kind=Kind.COMPLAINT, complained_structure=cast.other).pk, by=cast.aysel
    )
    sent = actions.refer(appeal.pk, by=cast.aysel, structure=cast.unit, client_id=uuid.uuid4())
    Structure.objects.filter(pk=cast.unit.pk).update(
        successor=cast.other, valid_to=timezone.localdate() - dt.timedelta(days=1)
    )
    assert (inherit(sent.pk), inherit(sent.pk)) == (None, None)
    sent.refresh_from_db()
    assert sent.structure == cast.unit
    assert AuditEntry.objects.filter(kind="refused.inheritance").count() == 1


# --- People --------------------------------------------------------------------------------------


@pytest.fixture
def legal_head(cast: Cast) -> User:
    head = User.objects.create(username="huquq", last_name="Vəliyev", role=Role.STRUCTURE_HEAD)
    Placement.objects.create(
        user=head, structure=Structure.objects.get(code="dept-legal"), position=Position.HEAD,
        valid_from=SINCE,
    )  # fmt: skip
    return head


def _sent_to_legal(cast: Cast, make_appeal: Make, **accused: Any) -> Referral:
    appeal = take(make_appeal(kind=Kind.COMPLAINT, **accused).pk, by=cast.aysel)
    return actions.refer(
        appeal.pk, by=cast.aysel, structure=Structure.objects.get(code="dept-legal"),
        client_id=uuid.uuid4(),
    )  # fmt: skip


def test_the_accused_structures_people_do_not_see_it_by_replacing_somebody(
    cast: Cast, make_appeal: Make, legal_head: User
):
    sent = _sent_to_legal(cast, make_appeal, complained_structure=cast.unit)
    other = _sent_to_legal(cast, make_appeal)
    Delegation.objects.create(
        principal=legal_head, delegate=cast.unit_head, valid_from=SINCE, order_number="1",
        order_on=SINCE,
    )  # fmt: skip
    assert _reaches(legal_head, sent)
    assert not _reaches(cast.unit_head, sent)
    assert _reaches(cast.unit_head, other)
    with pytest.raises(NotAllowed):
        actions.accept(sent.pk, by=User.objects.get(pk=cast.unit_head.pk))


def test_the_accused_structures_people_do_not_see_it_from_a_second_place(
    cast: Cast, make_appeal: Make, legal_head: User
):
    sent = _sent_to_legal(cast, make_appeal, complained_structure=cast.unit)
    Placement.objects.create(
        user=cast.unit_user, structure=sent.structure, position=Position.EXECUTOR,
        valid_from=SINCE,
    )  # fmt: skip
    assert not _reaches(cast.unit_user, sent)
    with pytest.raises(RuleBroken) as broken:
        actions.accept(sent.pk, by=legal_head, executor=cast.unit_user)
    assert (broken.value.code, broken.value.field) == ("complained_about", "executor")
    assert AuditEntry.objects.filter(kind="refused.executor", object_ref=str(sent.pk)).exists()


def test_the_named_person_does_not_see_it_in_any_way(
    cast: Cast, make_appeal: Make, legal_head: User
):
    sent = _sent_to_legal(cast, make_appeal, complained_user=cast.unit_user)
    Placement.objects.create(
        user=cast.unit_user, structure=sent.structure, position=Position.HEAD, valid_from=SINCE
    )
    assert not _reaches(cast.unit_user, sent)
    client = Client()
    client.force_login(cast.unit_user)
    client.post("/inbox/accept/", {"pick": [f"{sent.pk}:{sent.version}"]})
    sent.refresh_from_db()
    assert sent.status == "sent"
    with pytest.raises(RuleBroken):
        actions.accept(sent.pk, by=legal_head, executor=cast.unit_user)
    assert AuditEntry.objects.filter(kind="refused.executor").count() == 1


def test_what_was_imported_reaches_nobody_and_is_referred_by_the_same_guard(cast: Cast):
    now = timezone.now()
    row = Past(
        key="1", kind=Kind.COMPLAINT, topic_id=Topic.objects.get(code="tax-voen").pk, text="Şikayət",
        registered_at=now, status=Status.CONSIDERED, responsible_id=cast.unit.pk,
        complained_structure_id=cast.unit.pk,
    )  # fmt: skip
    assert import_past("old", [row], by=None) == 1
    appeal = Appeal.objects.get(source_key="1")
    assert let_rules_decide(appeal.pk) is None
    assert not Referral.objects.filter(appeal=appeal).exists()
    assert not Referral.objects.visible_to(cast.unit_head).exists()
    with pytest.raises(RuleBroken):
        actions.refer(appeal.pk, by=cast.head, structure=cast.unit, client_id=uuid.uuid4())

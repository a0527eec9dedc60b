"""A structure's pages: what it may do, and what it must never see."""

from __future__ import annotations

import datetime as dt
import re
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
    prefix = "answer" if action in ("draft", "answer", "approve") else action
    data = {f"{prefix}-{name}": value for name, value in values.items()}
    data[f"{prefix}-version"] = referral.version
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
    # The name also stands in the journal: the words of the refusal are what is looked at.
    assert [cast.head.name in reason for reason in answer.context["refused"]] == [True]
    assert answer.context["refused"][0] in answer.content.decode()


def test_an_answer_typed_too_late_is_given_back(client, cast, referral) -> None:
    actions.accept(referral.pk, by=cast.user)
    actions.draft(referral.pk, by=cast.head, text="Birinci cavab")
    client.force_login(cast.user)
    answer = step(client, referral, "draft", text="İkinci cavab")
    assert answer.status_code == 409
    assert "İkinci cavab" in answer.content.decode()


def test_after_a_colleagues_save_the_kept_text_can_be_sent_again(client, cast, referral) -> None:
    actions.accept(referral.pk, by=cast.user)
    client.force_login(cast.user)
    address = reverse("referral-do", args=[referral.pk, "draft"])
    refused = client.post(address, {"answer-text": "Cavab", "answer-version": 1})
    assert refused.status_code == 409
    form = next(row["form"] for row in refused.context["steps"] if row["code"] == "draft")
    assert form["text"].value() == "Cavab"
    again = {"answer-text": "Cavab", "answer-version": form["version"].value()}
    assert client.post(address, again).status_code == 302


def test_a_return_may_name_whose_it_is(client, cast, referral) -> None:
    client.force_login(cast.user)
    answer = step(client, referral, "return", reason="Bizim deyil", belongs_to=cast.b.pk)
    assert answer.status_code == 302
    referral.refresh_from_db()
    assert referral.belongs_to == cast.b


def test_a_complaint_is_never_sent_to_whom_it_complains_about(client, cast) -> None:
    appeal = registered(cast, complained_structure=cast.a)
    client.force_login(cast.operator)
    address = reverse("refer", args=[appeal.pk])
    offered = client.get(address).context["form"]["structure"].field.widget.choices
    assert [str(value) for value, _label in offered] == ["", str(cast.b.pk)]
    for accused in (cast.a, cast.under_a):
        data = {
            "structure": accused.pk,
            "kind": "execution",
            "question": "Araşdırın",
            "client_id": uuid.uuid4(),
            "version": appeal.version,
        }
        answer = client.post(address, data)
        assert answer.status_code == 409
        assert answer.context["form"].errors.keys() == {"structure"}
        assert answer.context["form"]["question"].value() == "Araşdırın"
        appeal.refresh_from_db()
    # The page itself writes both attempts down.
    assert not Referral.objects.exists()
    assert AuditEntry.objects.filter(kind="refused.referral").count() == 2
    assert appeal.entries.filter(kind="referral.refused").count() == 2


def test_the_inbox_is_turned_page_by_page_without_loss(client, cast) -> None:
    sent = [
        actions.refer(
            registered(cast).pk, by=cast.operator, structure=cast.a, client_id=uuid.uuid4()
        )
        for _turn in range(27)
    ]
    client.force_login(cast.user)
    first = client.get(reverse("inbox"))
    # The cursor's own row leaves the list; the next page still begins after it.
    last = listed(first)[-1]
    actions.withdraw(last, by=cast.operator, reason="Səhv")
    second = client.get(reverse("inbox") + first.context["next"])
    seen = [pk for page in (first, second) for pk in listed(page)]
    assert sorted(seen) == sorted(row.pk for row in sent)
    back = client.get(reverse("inbox") + second.context["previous"])
    assert listed(back)[0] == seen[0]


def listed(page) -> list[int]:
    """The referrals a page of the inbox shows, in its order."""
    table = page.content.decode().split("<tbody>")[1]
    return [int(pk) for pk in re.findall(r'<a href="/inbox/(\d+)/">', table)]


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
    answer = client.post(address, data)
    assert answer.status_code == 302
    assert answer["Location"] == reverse("appeal", kwargs={"number": appeal.number})
    assert Referral.objects.get().clock.quantity == 5


def test_the_ticks_of_the_inbox_accept_what_was_read_and_tell_the_rest(client, cast) -> None:
    sent = [
        actions.refer(
            registered(cast).pk, by=cast.operator, structure=cast.a, client_id=uuid.uuid4()
        )
        for _turn in range(3)
    ]
    client.force_login(cast.user)
    page = client.get(reverse("inbox") + "?list=new").content.decode()
    # What the page's own boxes send, not what a test would make up.
    ticks = re.findall(r'name="pick" value="([^"]+)"', page)
    assert len(ticks) == 3
    actions.accept(sent[1].pk, by=cast.head)
    answer = client.post(reverse("inbox-accept"), {"pick": [*ticks, "x", "7-"], "list": "new"})
    assert answer["Location"] == reverse("inbox") + "?list=new"
    assert [Referral.objects.get(pk=row.pk).executor for row in sent] == [
        cast.user, cast.head, cast.user,
    ]  # fmt: skip
    told = client.get(answer["Location"]).content.decode()
    assert cast.head.name in told and sent[1].appeal.number in told


def test_from_the_desk_an_opinion_is_asked_at_once(client, cast) -> None:
    client.force_login(cast.operator)
    sent = client.post(
        reverse("desk"),
        {
            "client_id": uuid.uuid4(), "kind": "application", "channel": "phone", "language": "az",
            "topic": cast.topic.pk, "text": "Nə edim?", "consult": "1",
        },
    )  # fmt: skip
    assert sent.status_code == 302 and sent["Location"].endswith("?ask=opinion")
    page = client.get(sent["Location"]).content.decode()
    assert 'data-opens="now"' in page

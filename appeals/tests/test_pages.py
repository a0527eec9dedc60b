"""The pages through a real client: intake, lists, search, the page of an appeal, who sees what."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from appeals.actions import register, save_applicant
from appeals.actions.intake import Intake
from appeals.kinds import Kind
from appeals.models import Appeal, Applicant, Outcome, Topic
from people.models import AuditEntry, Role, User

pytestmark = pytest.mark.django_db


def member(name: str, role: str) -> User:
    return User.objects.create_user(name, password="x", role=role, last_name=name.title())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def operator() -> User:
    return member("leyla", Role.OPERATOR)


@pytest.fixture
def topic() -> Topic:
    return Topic.objects.create(
        code="tax-x", path="/tax-x/", name_az="Vergi", valid_from="2020-01-01"
    )


@pytest.fixture
def outcome() -> Outcome:
    return Outcome.objects.create(code="explained-x", name_az="İzah edilib")


def made(by: User, topic: Topic, text: str = "Mətn", **more: Any) -> Appeal:
    intake = Intake(kind=more.pop("kind", Kind.QUESTION), topic=topic, text=text, **more)
    return register(by=by, client_id=uuid.uuid4(), intake=intake)


def intake_data(topic: Topic, **more: Any) -> dict[str, Any]:
    return {
        "client_id": str(uuid.uuid4()),
        "kind": "question",
        "topic": topic.pk,
        "text": "VÖEN-i necə almaq olar?",
        "channel": "phone",
        "language": "az",
        **more,
    }


def test_the_desk_registers_an_appeal_with_a_new_applicant(operator, topic) -> None:
    data = intake_data(
        topic, caller_phone="050 212 34 56", surname="Əliyev", given_name="Vüsal", fin="5ABC123"
    )
    client = signed_in(operator)
    answer = client.post(reverse("desk"), data)
    appeal = Appeal.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == appeal.get_absolute_url()
    assert appeal.applicant.name == "Əliyev Vüsal"
    assert appeal.applicant.contacts.get().value == "+994502123456"
    page = client.get(appeal.get_absolute_url())
    assert page.status_code == 200
    assert appeal.number in page.text
    assert "+994502123456" not in page.text
    assert "5ABC123" not in page.text


def test_the_same_form_sent_twice_makes_one_appeal_and_one_applicant(operator, topic) -> None:
    data = intake_data(topic, surname="Quliyev")
    client = signed_in(operator)
    first, second = (client.post(reverse("desk"), data) for _turn in range(2))
    assert first["Location"] == second["Location"]
    assert Appeal.objects.count() == Applicant.objects.count() == 1


def test_an_answer_at_once_closes_and_needs_an_outcome(operator, topic, outcome) -> None:
    client = signed_in(operator)
    data = intake_data(topic, answer="Portaldan müraciət edin.", surname="Hacıyev")
    refused = client.post(reverse("desk"), data)
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"outcome"}
    assert "Portaldan müraciət edin." in refused.text
    assert not Applicant.objects.exists()
    client.post(reverse("desk"), {**data, "outcome": outcome.pk})
    assert Appeal.objects.get().status == "closed"


def test_bad_input_keeps_what_was_typed(operator, topic) -> None:
    data = {**intake_data(topic, surname="Məmmədov"), "topic": ""}
    answer = signed_in(operator).post(reverse("desk"), data)
    assert answer.status_code == 422
    assert "VÖEN-i necə almaq olar?" in answer.text
    assert "Məmmədov" in answer.text
    assert not Appeal.objects.exists()


def test_the_lookup_finds_by_name_phone_and_fin_and_masks(operator) -> None:
    known = save_applicant(
        by=operator,
        values={"surname": "Şükürov", "given_name": "Əhməd", "fin": "5ABC123"},
        phones=["0502123456"],
    )
    client = signed_in(operator)
    for text in ("sukurov ehm", "050 212 34 56", "5abc123"):
        rows = client.get(reverse("applicants-find"), {"q": text}).json()
        assert [row["id"] for row in rows] == [known.pk], text
        assert "5ABC123" not in rows[0]["hint"]
        assert "2123456" not in rows[0]["hint"]
    assert client.get(reverse("applicants-find"), {"q": "%"}).json() == []


def test_steps_answer_and_close(operator, topic, outcome) -> None:
    appeal = made(operator, topic, caller_phone="0502123456")
    client = signed_in(operator)
    close = reverse("appeal-do", args=[appeal.pk, "close"])
    assert client.get(close).status_code == 200
    empty = client.post(close, {"version": appeal.version, "text": "", "outcome": outcome.pk})
    assert empty.status_code == 422
    done = client.post(close, {"version": appeal.version, "text": "Cavab", "outcome": outcome.pk})
    assert done.status_code == 302
    appeal.refresh_from_db()
    assert (appeal.status, appeal.answer_text) == ("closed", "Cavab")
    page = client.get(appeal.get_absolute_url())
    assert page.status_code == 200
    assert close not in page.text


def test_who_saves_second_sees_both_texts(operator, topic) -> None:
    appeal = made(operator, topic)
    client = signed_in(operator)
    do = reverse("appeal-do", args=[appeal.pk, "answer"])
    old = appeal.version
    other = reverse("appeal-do", args=[appeal.pk, "take"])
    client.post(other, {"version": old})
    answer = client.post(do, {"version": old, "text": "Mənim cavabım"})
    assert answer.status_code == 409
    assert "Mənim cavabım" in answer.text
    appeal.refresh_from_db()
    again = client.post(do, {"version": appeal.version, "text": "Mənim cavabım"})
    assert again.status_code == 302


def test_what_was_typed_for_a_step_that_is_gone_is_kept_as_a_note(operator, topic) -> None:
    """A colleague took the very step: the form offers no step that would be refused again."""
    appeal = made(operator, topic)
    client = signed_in(operator)
    do = reverse("appeal-do", args=[appeal.pk, "answer"])
    as_note = reverse("appeal-do", args=[appeal.pk, "note"])
    old = appeal.version
    assert as_note not in client.get(do).text
    client.post(do, {"version": old, "text": "Birinci cavab"})
    late = client.post(do, {"version": old, "text": "İkinci cavab"})
    assert late.status_code == 409
    form = late.text[late.text.index('id="step"') :].split("</form>")[0]
    assert f'formaction="{as_note}"' in form and form.count("button-primary") == 1
    kept = client.post(
        as_note, {"version": late.context["form"]["version"].value(), "text": "İkinci cavab"}
    )
    assert kept.status_code == 302
    appeal.refresh_from_db()
    assert appeal.answer_text == "Birinci cavab"
    assert appeal.notes.get().text == "İkinci cavab"


def test_unknown_steps_and_steps_of_others_are_not_found(operator, topic) -> None:
    appeal = made(operator, topic)
    client = signed_in(operator)
    assert client.get(reverse("appeal-do", args=[appeal.pk, "explode"])).status_code == 404
    assert client.get(reverse("appeal-do", args=[appeal.pk, "assign"])).status_code == 404
    assert client.get(reverse("appeal-do", args=[appeal.pk, "reopen"])).status_code == 404


def test_filters_cut_the_list(operator, topic) -> None:
    other = Topic.objects.create(
        code="tax-y", path="/tax-x/y/", parent=topic, name_az="Kassa", valid_from="2020-01-01"
    )
    first, second = made(operator, topic), made(operator, other, kind=Kind.COMPLAINT)
    client = signed_in(operator)

    def found(**query: Any) -> set[int]:
        return {row.pk for row in client.get(reverse("appeals"), query).context["page"].rows}

    assert found() == {first.pk, second.pk}
    assert found(kind="complaint") == {second.pk}
    assert found(topic=topic.pk) == {first.pk, second.pk}
    assert found(topic=other.pk) == {second.pk}
    assert found(since="01.01.2020") == {first.pk, second.pk}
    assert found(until="01.01.2020") == set()
    assert found(tab="mine") == {first.pk, second.pk}
    assert found(tab="overdue") == found(tab="waiting") == set()
    assert found(after="nonsense") == {first.pk, second.pk}
    # A filter that means nothing shows nothing, rather than more than was asked.
    assert found(kind="nonsense") == found(since="nonsense") == set()


def test_pages_follow_each_other_without_gaps(operator, topic, monkeypatch) -> None:
    monkeypatch.setattr("appeals.paging.PAGE", 2)
    wanted = [made(operator, topic).pk for _turn in range(5)][::-1]
    client = signed_in(operator)
    url, seen, pages = reverse("appeals"), [], []
    while url:
        answer = client.get(url)
        pages.append([row.pk for row in answer.context["page"].rows])
        seen += pages[-1]
        url = reverse("appeals") + answer.context["next_url"] if answer.context["next_url"] else ""
    assert seen == wanted
    back = client.get(reverse("appeals") + answer.context["previous_url"])
    assert [row.pk for row in back.context["page"].rows] == pages[1]
    first = client.get(reverse("appeals") + back.context["previous_url"])
    assert [row.pk for row in first.context["page"].rows] == pages[0]
    assert first.context["previous_url"] == ""


def test_search_by_words_number_and_phone(operator, topic) -> None:
    appeal = made(operator, topic, "Şikayətlər baxılmır", caller_phone="0502123456")
    other = made(operator, topic, "Başqa mövzu")
    client = signed_in(operator)

    def found(text: str) -> list[int]:
        return [r.pk for r in client.get(reverse("search"), {"q": text}).context["page"].rows]

    assert found("sikayet") == [appeal.pk]
    assert found("050 212 34 56") == [appeal.pk]
    assert found("& | !") == []
    answer = client.get(reverse("search"), {"q": other.number.lower()})
    assert answer["Location"] == other.get_absolute_url()


def test_a_restricted_appeal_leaks_nowhere(operator, topic) -> None:
    secret = made(operator, topic, "Gizli rüşvət", is_corruption=True, caller_phone="0502123456")
    for role in (Role.OPERATOR, Role.MANAGEMENT, Role.STRUCTURE_USER, Role.ADMINISTRATOR):
        client = signed_in(member(f"other-{role}", role))
        for url, query in (
            (secret.get_absolute_url(), {}),
            (reverse("appeals"), {}),
            (reverse("search"), {"q": "rusvet"}),
            (reverse("search"), {"q": secret.number}),
            (reverse("search"), {"q": "0502123456"}),
            (reverse("appeal-do", args=[secret.pk, "answer"]), {}),
        ):
            # A structure is led to its inbox, never to the appeal.
            answer = client.get(url, query, follow=True)
            assert answer.status_code in (200, 404), url
            assert all(to.startswith(reverse("inbox")) for to, _code in answer.redirect_chain)
            assert f'href="{secret.get_absolute_url()}' not in answer.text, (role, url)
            assert "Gizli" not in answer.text
        assert client.post(reverse("appeal-reveal", args=[secret.pk])).status_code == 404
    head = signed_in(member("head", Role.SECTOR_HEAD))
    assert "Gizli" in head.get(secret.get_absolute_url()).text


def test_a_look_at_the_numbers_is_written_down(operator, topic) -> None:
    appeal = made(operator, topic, caller_phone="0502123456")
    page = signed_in(operator).post(reverse("appeal-reveal", args=[appeal.pk]))
    assert "+994502123456" in page.text
    assert AuditEntry.objects.filter(kind="look.applicant", object_ref=str(appeal.pk)).count() == 1
    auditor = signed_in(member("auditor", Role.AUDITOR))
    assert auditor.post(reverse("appeal-reveal", args=[appeal.pk])).status_code == 404


@pytest.mark.parametrize("name", ["desk", "appeals", "search", "applicants-find", "home"])
def test_nobody_reads_without_signing_in(name) -> None:
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("sign-in"))


def test_the_first_page_goes_where_the_work_is(operator) -> None:
    assert signed_in(operator).get("/")["Location"] == reverse("desk")
    assert signed_in(member("clerk", Role.STRUCTURE_USER)).get("/")["Location"] == reverse("inbox")
    manager = signed_in(member("manager", Role.MANAGEMENT))
    assert manager.get(manager.get("/")["Location"]).status_code == 200
    assert manager.get(reverse("desk")).status_code == 404


def test_a_page_asks_the_same_questions_however_long_it_is(
    operator, topic, django_assert_max_num_queries
) -> None:
    for _turn in range(12):
        made(operator, topic, caller_phone="0502123456")
    client = signed_in(operator)
    for url, most in (
        (reverse("appeals"), 20),
        (reverse("desk"), 20),
        (Appeal.objects.first().get_absolute_url(), 29),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(url).status_code == 200


def test_a_correction_is_told_in_words(operator, topic) -> None:
    appeal = made(operator, topic, "Köhnə mətn")
    other = Topic.objects.create(
        code="z", path="/z/", name_az="Başqa mövzu adı", valid_from="2020-01-01"
    )
    client = signed_in(operator)
    url = reverse("appeal-do", args=[appeal.pk, "correct"])
    assert "Köhnə mətn" in client.get(url).text
    data = {
        "version": appeal.version, "kind": "complaint", "topic": other.pk, "text": "Yeni mətn",
        "channel": "letter", "language": "az",
    }  # fmt: skip
    assert client.post(url, data).status_code == 302
    appeal.refresh_from_db()
    assert (appeal.kind, appeal.topic, appeal.text) == ("complaint", other, "Yeni mətn")
    page = client.get(appeal.get_absolute_url())
    told = page.context["journal"][0]["changes"]
    assert ("Vergi", "Başqa mövzu adı") in [change[1:] for change in told]


def test_an_internal_note_is_not_for_management(operator, topic) -> None:
    appeal = made(operator, topic)
    url = reverse("appeal-do", args=[appeal.pk, "note"])
    client = signed_in(operator)
    client.post(url, {"version": appeal.version, "text": "Gizli sözüm"})
    assert "Gizli sözüm" in client.get(appeal.get_absolute_url()).text
    manager = signed_in(member("manager", Role.MANAGEMENT))
    page = manager.get(appeal.get_absolute_url())
    assert page.status_code == 200
    assert "Gizli sözüm" not in page.text

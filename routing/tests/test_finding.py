"""What a structure finds among its own referrals: what it may read of them, and nothing else."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from appeals.models import Appeal
from appeals.paging import page_of
from appeals.search import vocabulary
from people.models import User
from routing import actions, finding
from routing.models import Referral
from routing.views.inbox import LATEST

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(cast, make_appeal):
    """`sent(question, to=…, text=…, **more)`: a referral to the unit of the cast."""

    def make(question: str = "Baxın", to=None, text: str = "Kassa aparatı", **more) -> Referral:
        appeal = make_appeal(text=text)
        return actions.refer(
            appeal.pk, by=cast.head, structure=to or cast.unit, client_id=uuid.uuid4(),
            question=question, **more,
        )  # fmt: skip

    return make


def found(user: User, text: str) -> set[int]:
    """By both ways of reading, which must find the same."""
    asked = finding.find(text)
    rows = finding.findable(user)
    fits = set(rows.filter(asked.fits).values_list("pk", flat=True))
    assert fits == set(rows.filter(asked.named or asked.fits).values_list("pk", flat=True))
    return fits


def page(user: User, text: str):
    client = Client()
    client.force_login(user)
    return client.get(reverse("search"), {"q": text}, follow=True)


def test_it_is_found_by_the_question_the_answer_the_reason_and_the_shared_text(cast, sent) -> None:
    asked = sent("Lisenziyanın müddəti barədə")
    answered = sent()
    actions.accept(answered.pk, by=cast.unit_head)
    actions.approve(answered.pk, by=cast.unit_head, text="Rüsumlar dəyişməyib")
    returned = sent()
    actions.return_referral(returned.pk, by=cast.unit_user, reason="Bələdiyyəyə aiddir")
    shared = sent(text="Özəlləşdirmə hərracı keçirilməyib")
    vocabulary.refresh()
    for user in (cast.unit_user, cast.unit_head):
        assert found(user, "lisenziya") == {asked.pk}
        assert found(user, "rusum") == {answered.pk}
        assert found(user, "bələdiyyə") == {returned.pk}
        assert found(user, "hərrac özəlləşdirmə") == {shared.pk}
        assert found(user, "özəlləşdrmə") == {shared.pk}, "a mistyped word"
        assert found(user, shared.appeal.number.lower()) == {shared.pk}


def test_what_was_not_shared_or_was_taken_back_is_found_by_no_word_of_it(cast, sent) -> None:
    kept = sent(text="Gizlinkəşfiyyat", shares_text=False)
    taken = sent(text="Vazkeçilmiş", question="Baxılmasın")
    actions.withdraw(taken.pk, by=cast.head, reason="Səhv göndərilib")
    told = sent()
    Appeal.objects.filter(pk=told.appeal_id).update(answer_text="Daxilicavab")
    theirs = sent("Özgəsinəsual", to=cast.other)
    vocabulary.rebuild()
    for word in ("gizlinkəşfiyyat", "gizlinkesfiyat", "vazkeçilmiş", "daxilicavab", "özgəsinəsual"):
        assert found(cast.unit_user, word) == set()
    assert found(cast.unit_user, theirs.appeal.number) == set()
    assert found(cast.other_user, "özgəsinəsual") == {theirs.pk}
    assert found(cast.unit_user, kept.appeal.number) == {kept.pk}


def test_what_accuses_the_structure_is_not_found_there(cast, sent) -> None:
    about = sent("Şikayətəbax", text="Şikayətəbax")
    assert found(cast.unit_user, "şikayətəbax") == {about.pk}
    Appeal.objects.filter(pk=about.appeal_id).update(complained_structure=cast.unit)
    assert (
        found(cast.unit_user, "şikayətəbax") == found(cast.unit_user, about.appeal.number) == set()
    )


def test_the_box_above_every_page_searches_the_inbox(cast, sent) -> None:
    first, second = sent("Lisenziya <b>"), sent("Lisenziyalar")
    body = page(cast.unit_user, "lisenziya").content.decode()
    for row in (first, second):
        assert reverse("referral", args=[row.pk]) in body
    assert "<mark>Lisenziya</mark> &lt;b&gt;" in body
    assert 'value="lisenziya"' in body
    nothing = page(cast.unit_user, "kvazistasionar")
    assert nothing.context["lines"] == [] and nothing.context["search_text"] == "kvazistasionar"


def test_a_number_opens_the_referral_and_of_several_the_list(cast, sent) -> None:
    one = sent("Birinci")
    assert page(cast.unit_user, one.appeal.number).resolver_match.url_name == "referral"
    actions.refer(
        one.appeal_id, by=cast.head, structure=cast.unit, client_id=uuid.uuid4(), question="Yenə",
        kind="consultation",
    )  # fmt: skip
    listed = page(cast.unit_user, one.appeal.number)
    assert listed.resolver_match.url_name == "inbox" and len(listed.context["lines"]) == 2


def test_pages_of_what_was_found_hold_each_row_once(cast, sent, monkeypatch) -> None:
    wanted = [sent(f"Lisenziya {n}").pk for n in range(5)]
    for n in range(2):
        sent(f"Rüsum {n}")
    monkeypatch.setattr("appeals.paging.PAGE", 2)
    for read_through, many in ((1, 5000), (1000, 5000), (1000, 0)):
        monkeypatch.setattr(finding, "READ_THROUGH", read_through)
        monkeypatch.setattr(finding, "MANY", many)
        seen, cursor = [], ""
        while True:
            rows = finding.findable(cast.unit_user)
            asked = finding.find("lisenziya")
            got = page_of(rows, LATEST, cursor, "", asked, drawn=finding.drawn)
            seen += [row.pk for row in got.rows]
            cursor = got.next
            if not cursor:
                break
        assert seen == wanted[::-1]


def test_the_sector_searches_its_lists_and_who_has_nothing_to_search_finds_no_page(cast) -> None:
    assert page(cast.aysel, "lisenziya").resolver_match.url_name == "search"
    assert page(cast.admin, "lisenziya").status_code == 404


def test_the_box_stands_above_the_pages_of_those_who_find_something_by_it(cast) -> None:
    for user, stands in (
        (cast.aysel, True),
        (cast.manager, True),
        (cast.unit_user, True),
        (cast.admin, False),
    ):
        client = Client()
        client.force_login(user)
        body = client.get(reverse("alerts"), follow=True).content.decode()
        assert ('<search class="search">' in body) is stands, user

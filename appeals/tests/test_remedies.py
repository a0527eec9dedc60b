"""Every refusal says its ground, with the article of the law, and how to appeal against it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appeals import actions
from appeals.actions.asking import token_of
from appeals.actions.sending import deliver
from appeals.kinds import InquirySort, Kind, Language, NoticeChannel, NoticeReason
from appeals.models import Appeal, Applicant, Ground, Letter, Notice, Outcome, Rating
from appeals.remedies import (
    basis_words,
    cited,
    extension_ground,
    ground_words,
    how_to_appeal,
    names_act,
)
from appeals.tests.test_letters import ADDRESS, text_of
from callcenter.errors import RuleBroken
from people.models import LegalNumber

pytestmark = pytest.mark.django_db
LANGUAGES = [str(language) for language in Language]
REFUSING = ("stopped", "not_confirmed", "advised_elsewhere", "forwarded")


@pytest.fixture
def offline(cast) -> Applicant:
    """Somebody with an address and nothing else."""
    return Applicant.objects.create(surname="Əliyev", given_name="Rauf", address=ADDRESS)


def posted(appeal: Appeal, by) -> Letter:
    letter = appeal.letters.get(notice__reason=NoticeReason.ANSWERED)
    deliver(letter.notice_id)
    actions.print_letters([letter.pk], by=by)
    return actions.post_letter(letter.pk, by=by, on=timezone.localdate())


# --- The article and the way ------------------------------------------------------


def test_every_ground_and_every_refusing_outcome_tells_the_way_in_three_languages(directory):
    rows = [*Ground.objects.all(), *Outcome.objects.filter(code__in=REFUSING)]
    assert len(rows) == 11
    for row in rows:
        for language, wanted in (("az", "məhkəməyə"), ("en", "court"), ("ru", "суд")):
            assert wanted in getattr(row, f"how_to_appeal_{language}").lower(), (row, language)
    assert all(row.refuses for row in Outcome.objects.filter(code__in=REFUSING))
    assert not Outcome.objects.get(code="satisfied").refuses


def test_a_source_is_cited_by_law_and_article():
    rule = "“Vətəndaşların müraciətləri haqqında” 1308-IVQ nömrəli Qanun, maddə 7.10"
    assert cited(rule, "en") == "Law on citizens' appeals, No. 1308-IVQ, article 7.10"
    request = "“İnformasiya əldə etmək haqqında” 1024-IIQ nömrəli Qanun, maddə 24.1"
    assert cited(request, "en") == "Law on obtaining information, No. 1024-IIQ, article 24.1"
    assert cited("Vergi Məcəlləsi 50.8", "en") == "Vergi Məcəlləsi 50.8"


def test_a_ground_names_its_article(directory):
    ground = Ground.objects.get(code="repeat")
    told = ground_words(ground, "en")
    assert told.startswith(ground.name_en)
    assert "No. 1308-IVQ, article 8.1.4" in told


def test_one_who_asked_for_information_hears_of_the_ombudsman_and_of_the_law_on_information(
    make_appeal,
):
    asking = make_appeal(
        kind=Kind.INQUIRY, inquiry_sort=InquirySort.INFORMATION, language=Language.EN
    )
    other = make_appeal(language=Language.EN)
    assert "Ombudsman" in how_to_appeal(asking, Ground.objects.get(code="content"))
    assert "Ombudsman" not in how_to_appeal(other, Ground.objects.get(code="content"))
    assert "No. 1024-IIQ, article 25" in extension_ground(asking)
    assert "No. 1308-IVQ, article 10.2" in extension_ground(other)
    LegalNumber.objects.filter(code="extension_ground").update(value="1308-IVQ, maddə 10.3")
    assert "article 10.3" in extension_ground(other)


# --- What is sent -----------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_left_without_consideration_is_told_with_ground_article_and_way(
    cast, make_appeal, offline, language
):
    appeal = make_appeal(caller_phone="", applicant=offline, language=language)
    ground = Ground.objects.get(code="court")
    actions.leave(appeal.pk, by=cast.aysel, ground=ground, reason="Qərar № 5")
    text = appeal.notices.get(reason=NoticeReason.LEFT).text
    for wanted in (ground_words(ground, language), "Qərar № 5", "1308-IVQ"):
        assert wanted in text
    assert getattr(ground, f"how_to_appeal_{language}") in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", REFUSING)
def test_a_refusing_outcome_is_told_in_writing_with_ground_and_way(
    cast, make_appeal, offline, code, language
):
    # The caller's mobile is known, but a refusal wants paper.
    appeal = make_appeal(applicant=offline, language=language)
    outcome = Outcome.objects.get(code=code)
    actions.close(
        appeal.pk, by=cast.aysel, outcome=outcome, text="Rədd edildi", source="Vergi Məcəlləsi 50.8"
    )
    told = appeal.notices.get(reason=NoticeReason.ANSWERED)
    assert told.channel == NoticeChannel.LETTER
    for wanted in ("Rədd edildi", "50.8", getattr(outcome, f"how_to_appeal_{language}")):
        assert wanted in told.text


@pytest.mark.parametrize(
    ("source", "names"),
    [("1308-IVQ, maddə 8.1", True), ("Vergi Məcəlləsi 50.8", True), ("Закон № 5, ст. 3", True),
     ("Law on taxes, article 5", True), ("DVX, 25.11.2026", False), ("", False)],
)  # fmt: skip
def test_whose_answer_it_is_is_no_legal_ground(source, names):
    assert names_act(source) is names
    told = basis_words(source, "en")
    assert told.startswith("Legal ground: ") is names
    if source and not names:
        assert told == "Basis of the answer: DVX, 25.11.2026."


def test_an_outcome_that_rests_on_a_ground_is_not_given_without_it(cast, make_appeal):
    appeal = make_appeal()
    stopped = Outcome.objects.get(code="stopped")
    with pytest.raises(RuleBroken) as refused:
        actions.close(appeal.pk, by=cast.aysel, outcome=stopped, text="Sənəd yoxdur")
    assert (refused.value.code, refused.value.field) == ("ground_required", "source")
    assert Appeal.objects.get(pk=appeal.pk).closed_at is None
    with pytest.raises(RuleBroken):
        actions.close(
            appeal.pk, by=cast.aysel, outcome=stopped, text="Sənəd yoxdur", source="DVX, 25.11.2026"
        )
    with pytest.raises(RuleBroken) as refused:
        make_appeal(answer="Sənəd yoxdur", outcome=stopped)
    assert refused.value.field == "answer_source"


def test_an_answer_that_meets_the_demand_says_no_ground(cast, make_appeal):
    appeal = make_appeal(language=Language.EN)
    actions.close(
        appeal.pk, by=cast.aysel, outcome=Outcome.objects.get(code="satisfied"), text="Done",
        source="DVX, 01.11.2026", told_by_phone=True,
    )  # fmt: skip
    text = appeal.notices.get(reason=NoticeReason.ANSWERED).text
    assert "Legal ground" not in text and "\n\n\n" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_longer_term_is_told_with_its_ground_and_the_way(cast, make_appeal, offline, language):
    appeal = make_appeal(caller_phone="", applicant=offline, language=language)
    asked = actions.ask_extension(appeal.pk, by=cast.aysel, quantity=5, reason="Yoxlama")
    actions.decide_extension(appeal.pk, by=cast.head, extension_id=asked.pk, is_granted=True)
    notice = appeal.notices.get(reason=NoticeReason.EXTENDED)
    assert extension_ground(appeal) in notice.text and how_to_appeal(appeal) in notice.text
    assert "10.2" in notice.text and "Yoxlama" in notice.text


def test_the_public_page_tells_the_way_to_appeal_against_a_refusal(cast, make_appeal):
    appeal = make_appeal()
    outcome = Outcome.objects.get(code="not_confirmed")
    actions.close(appeal.pk, by=cast.aysel, outcome=outcome, text="Təsdiqlənmədi")
    assert outcome.how_to_appeal_en in shown(appeal).text


# --- An opinion of one who has neither mobile nor e-mail ---------------------------


def shown(appeal: Appeal):
    client = Client()
    client.cookies["django_language"] = "en"
    return client.post(
        reverse("state"),
        {"number": appeal.number, "code": appeal.state_code},
        HTTP_HOST="testserver",
    )


@pytest.fixture
def answered(cast, make_appeal, offline) -> Appeal:
    appeal = make_appeal(caller_phone="", applicant=offline)
    satisfied = Outcome.objects.get(code="satisfied")
    actions.close(appeal.pk, by=cast.aysel, outcome=satisfied, text="Həll olundu")
    return Appeal.objects.get(pk=appeal.pk)


def test_a_letter_says_where_to_give_an_opinion_with_number_and_code(cast, answered):
    paper = text_of(posted(answered, cast.aysel))
    for wanted in (reverse("state"), answered.number, answered.state_code, "195"):
        assert wanted in paper
    assert "{" not in paper


def test_number_and_code_open_the_opinion_once(answered):
    rating = Rating.objects.get(appeal=answered)
    address = reverse("rate", args=[token_of(rating)])
    assert address in shown(answered).text
    client = Client()
    assert client.post(address, {"score": 5}).status_code == 302
    rating.refresh_from_db()
    assert rating.score == 5
    assert address not in shown(answered).text


def test_an_appeal_that_goes_on_asks_no_opinion(cast, answered):
    actions.reopen(answered.pk, by=cast.head, reason="Yeni hal")
    assert "/r/" not in shown(answered).text


def test_days_for_an_opinion_are_counted_from_the_post(cast, answered):
    Rating.objects.update(expires_at=timezone.now() + dt.timedelta(days=1))
    posted(answered, cast.aysel)
    assert Rating.objects.get().expires_at > timezone.now() + dt.timedelta(days=29)


def test_a_letter_of_an_appeal_the_page_does_not_know_sends_nobody_there(
    cast, make_appeal, offline
):
    appeal = make_appeal(caller_phone="", applicant=offline, is_restricted=True)
    satisfied = Outcome.objects.get(code="satisfied")
    actions.close(appeal.pk, by=cast.aysel, outcome=satisfied, text="Həll olundu")
    text = Notice.objects.get(appeal=appeal, reason=NoticeReason.ANSWERED).text
    assert appeal.state_code not in text and reverse("state") not in text
    assert "Həll olundu" in text


def test_a_link_an_administrator_writes_into_a_letter_is_a_whole_address(cast, answered):
    letter = answered.letters.get(notice__reason=NoticeReason.ANSWERED)
    Notice.objects.filter(pk=letter.notice_id).update(text="Ünvan:\n{rating_link}")
    paper = text_of(posted(answered, cast.aysel))
    assert token_of(Rating.objects.get()) in paper.replace(" ", "")

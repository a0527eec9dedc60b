"""Satisfaction: asked by phone or by a link, answered once, and a bad opinion goes up."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from appeals import actions
from appeals.actions.asking import MARK, digest_of, linked, token_of
from appeals.actions.sending import deliver, due_notices
from appeals.gateways import Message
from appeals.kinds import Kind, NoticeReason, NoticeState
from appeals.models import Appeal, Entry, Notice, Outcome, Rating
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.models import Alert, LegalNumber

pytestmark = pytest.mark.django_db


def closed(cast: Any, make_appeal: Any, **more: Any) -> Appeal:
    by_phone = more.pop("told_by_phone", False)
    appeal = make_appeal(**more)
    return actions.close(
        appeal.pk, by=cast.aysel, outcome=Outcome.objects.get(code="explained"), text="Cavab",
        told_by_phone=by_phone,
    )  # fmt: skip


@pytest.fixture
def appeal(cast, make_appeal) -> Appeal:
    return closed(cast, make_appeal)


@pytest.fixture
def token(appeal) -> str:
    return token_of(Rating.objects.get(appeal=appeal))


def page(token: str, language: str = "en", **values: Any) -> Any:
    client = Client()
    client.cookies["django_language"] = language
    address = f"/r/{token}/"
    return client.post(address, values) if values else client.get(address)


# --- The link --------------------------------------------------------------------------


class Caught:
    """A gateway that keeps what it is handed."""

    taken: list[Message] = []

    def send(self, message: Message) -> str:
        self.taken.append(message)
        return "c-1"


def test_the_closing_notice_carries_a_link_that_is_kept_nowhere(appeal, token, settings):
    settings.SMS_GATEWAY = f"{__name__}.Caught"
    Caught.taken = []
    notice = appeal.notices.get(reason=NoticeReason.ANSWERED)
    assert MARK in notice.text
    deliver(notice.pk)
    assert f"{settings.PUBLIC_URL}/r/{token}/" in Caught.taken[0].text
    kept = str(list(Notice.objects.values())) + str(list(Rating.objects.values()))
    assert token not in kept
    assert Rating.objects.get(appeal=appeal).token_digest == digest_of(token)


def test_a_notice_sent_after_the_secret_was_changed_carries_a_link_that_opens(appeal, settings):
    settings.SECRET_KEY = "another secret of the installation, long enough for anybody"
    text = linked(appeal.notices.get(reason=NoticeReason.ANSWERED))
    token = text.partition("/r/")[2].partition("/")[0]
    assert page(token).status_code == 200


def test_opening_the_page_gives_no_opinion(appeal, token):
    """Programs that follow links in mail open it too."""
    assert page(token).status_code == 200
    assert not Rating.objects.get(appeal=appeal).is_given


def test_the_applicant_answers_once_without_an_account(appeal, token):
    assert page(token, score=5, reason="good", words="Sağ olun").status_code == 302
    rating = Rating.objects.get(appeal=appeal)
    assert (rating.score, rating.way, rating.taken_by, rating.is_low) == (5, "link", None, False)
    assert "5 of 5" in page(token).text
    page(token, score=1, reason="slow")
    assert Rating.objects.get(appeal=appeal).score == 5, "once"
    entry = Entry.objects.get(appeal=appeal, kind="rate")
    assert entry.changes == {"rating": [None, 5]}
    assert "Sağ olun" not in str(entry.__dict__)
    assert entry.personal_digest


@pytest.mark.parametrize("language", ["az", "en", "ru"])
def test_the_page_speaks_three_languages_and_names_nobody(cast, make_appeal, language):
    from appeals.models import Applicant

    person = Applicant.objects.create(surname="Gizlinov", given_name="Əli")
    token = token_of(
        Rating.objects.get(appeal=closed(cast, make_appeal, applicant=person, text="Şəxsi"))
    )
    answer = page(token, language)
    assert f'<html lang="{language}"' in answer.text
    assert "no-store" in answer["Cache-Control"]
    for hidden in ("Gizlinov", "Şəxsi", "Cavab<", "+99450"):
        assert hidden not in answer.text


@pytest.mark.parametrize(
    "values",
    [{"score": ""}, {"score": "6"}, {"score": "0"}, {"score": "five"}, {"score": "2"},
     {"score": "1", "reason": "nonsense"}, {"score": "3", "words": "x" * 4001}],
)  # fmt: skip
def test_what_is_no_opinion_is_told_beside_its_field_and_kept(appeal, token, values):
    answer = page(token, **{"words": "Yazdığım qalır", **values})
    assert answer.status_code == 422
    assert values.get("words", "Yazdığım qalır") in answer.text
    assert not Rating.objects.get(appeal=appeal).is_given


def test_a_link_lives_as_long_as_the_setting_says_and_not_after_a_reopening(
    cast, appeal, token, time_machine
):
    LegalNumber.objects.filter(code="satisfaction_link_days").update(value="3")
    actions.reopen(appeal.pk, by=cast.aysel, reason="Yeni hal")
    assert page(token).status_code == 404
    again = actions.close(
        appeal.pk, by=cast.aysel, outcome=Outcome.objects.get(code="explained"), text="Yenə"
    )
    second = token_of(Rating.objects.filter(appeal=again).latest("id"))
    assert second != token
    assert page(second).status_code == 200
    time_machine.move_to(timezone.now() + timezone.timedelta(days=3, minutes=1))
    assert page(second).status_code == 404


def test_links_that_are_none_are_answered_alike_and_limited_by_address(
    cast, appeal, token, time_machine
):
    time_machine.move_to(1_900_000_000.0, tick=False)
    expired = page(token).text  # its 30 days are over
    unknown = page("A" * 27).text
    strip = [text.partition("<main")[2].partition("<form")[0] for text in (expired, unknown)]
    assert strip[0] == strip[1]
    codes = [page(f"{n:027d}").status_code for n in range(25)]
    assert codes[-1] == 429
    fresh = closed(cast, lambda **more: Appeal.objects.get(pk=_another(cast, appeal)))
    alive = token_of(Rating.objects.filter(appeal=fresh).latest("id"))
    assert page(alive).status_code == 200, "whoever shares the address keeps a good link"


def _another(cast: Any, appeal: Appeal) -> int:
    return actions.reopen(appeal.pk, by=cast.aysel, reason="Yeni hal").pk


def test_one_link_is_not_sent_without_end(token, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    codes = [page(token, score="9").status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]


def test_tokens_and_words_stand_in_no_log(appeal, token, caplog):
    with caplog.at_level(logging.DEBUG):
        page(token)
        page(token, score=1, reason="slow", words="Şikayətim var")
    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )
    assert token not in logged
    assert "Şikayətim" not in logged


def test_told_by_phone_the_applicant_is_asked_a_day_later(cast, make_appeal, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    appeal = closed(cast, make_appeal, told_by_phone=True)
    asked = appeal.notices.get(reason=NoticeReason.SATISFACTION)
    assert asked.pk not in due_notices()
    time_machine.shift(24 * 3600)
    assert asked.pk in due_notices()
    assert "/r/" in linked(asked)


def test_who_has_answered_by_phone_is_asked_no_more(cast, make_appeal):
    appeal = closed(cast, make_appeal, told_by_phone=True)
    actions.rate(appeal.pk, by=cast.aysel, score=4)
    assert appeal.notices.get(reason=NoticeReason.SATISFACTION).state == NoticeState.VOID
    answered = appeal.notices.get(reason=NoticeReason.ANSWERED)
    assert "/r/" not in linked(answered)


# --- By phone ------------------------------------------------------------------------------


def test_the_operator_writes_down_what_was_said_on_the_page_of_the_appeal(cast, appeal):
    client = Client()
    client.force_login(cast.aysel)
    address = f"/appeal/{appeal.pk}/do/rate/"
    assert address in client.get(appeal.get_absolute_url()).text
    data = {"version": Appeal.objects.get(pk=appeal.pk).version, "score": "2", "words": "Gec oldu"}
    refused = client.post(address, data)
    assert refused.status_code == 422
    assert "Gec oldu" in refused.text
    client.post(address, {**data, "reason": "slow"})
    rating = Rating.objects.get(appeal=appeal)
    assert (rating.score, rating.way, rating.taken_by) == (2, "phone", cast.aysel)
    shown = client.get(appeal.get_absolute_url()).text
    assert "Gec oldu" in shown
    assert address not in shown, "asked once"


def test_an_open_appeal_is_not_rated_and_a_second_opinion_is_refused(cast, make_appeal, appeal):
    with pytest.raises(RuleBroken) as refused:
        actions.rate(make_appeal().pk, by=cast.aysel, score=5)
    assert refused.value.code == "not_possible"
    actions.rate(appeal.pk, by=cast.aysel, score=5)
    with pytest.raises(AlreadyDone):
        actions.rate(appeal.pk, by=cast.operator, score=1, reason="slow")


@pytest.mark.parametrize("who", ["unit_user", "manager", "auditor", "admin"])
def test_nobody_outside_the_sector_rates_or_deals_with_a_rating(cast, appeal, who):
    with pytest.raises(NotAllowed):
        actions.rate(appeal.pk, by=getattr(cast, who), score=5)
    rating = actions.rate(appeal.pk, by=cast.aysel, score=1, reason="slow")
    for verb in (
        lambda by: actions.handle_rating(rating.pk, by=by, how="x"),
        lambda by: actions.complain(rating.pk, by=by, text="x"),
    ):
        with pytest.raises(NotAllowed):
            verb(getattr(cast, who))


def test_a_left_appeal_is_rated_by_phone_too(cast, make_appeal):
    from appeals.models import Ground

    appeal = make_appeal()
    actions.leave(appeal.pk, by=cast.aysel, ground=Ground.objects.get(code="court"), reason="x")
    assert actions.rate(appeal.pk, by=cast.aysel, score=3).score == 3


# --- A bad opinion goes up -----------------------------------------------------------------


def test_a_low_rating_is_told_to_the_head_and_stands_on_the_list(cast, appeal, token):
    page(token, score=2, reason="not_solved", words="Həll olunmadı")
    assert Alert.objects.filter(user=cast.head, kind="rating.low").count() == 1
    client = Client()
    client.force_login(cast.head)
    shown = client.get("/dissatisfied/").text
    assert appeal.number in shown
    assert "Həll olunmadı" in shown
    rating = Rating.objects.get(appeal=appeal)
    client.post(f"/dissatisfied/{rating.pk}/handled/", {"how": ""})
    assert Rating.objects.get(pk=rating.pk).is_dissatisfied
    client.post(f"/dissatisfied/{rating.pk}/handled/", {"how": "Zəng edildi, izah olundu"})
    assert appeal.number not in client.get("/dissatisfied/").text
    assert Entry.objects.get(appeal=appeal, kind="rating.handled").is_internal


def test_how_low_is_low_is_a_setting(cast, appeal, token):
    LegalNumber.objects.filter(code="satisfaction_low_rating").update(value="3")
    page(token, score=3, reason="unclear")
    assert Rating.objects.get(appeal=appeal).is_low


def test_a_dissatisfied_applicant_goes_on_in_writing_on_the_same_page(cast, appeal, token):
    page(token, score=1, reason="not_solved")
    shown = page(token).text
    assert "Complain in writing" in shown
    client = Client()
    address = f"/r/{token}/complaint/"
    empty = client.post(address, {"text": "  "})
    assert empty.status_code == 422
    for _twice in range(2):
        assert client.post(address, {"text": "Mənə cavab verilmədi"}).status_code == 302
    complaint = Appeal.objects.get(kind=Kind.COMPLAINT)
    assert complaint.text == "Mənə cavab verilmədi"
    assert (complaint.applicant_id, complaint.caller_phone, complaint.channel) == (
        appeal.applicant_id, appeal.caller_phone, "web",
    )  # fmt: skip
    assert complaint.links_out.get().second == appeal
    assert complaint.number in page(token).text
    assert complaint.notices.filter(reason=NoticeReason.REGISTERED).exists()
    assert Alert.objects.filter(user=cast.head, kind="rating.complaint").exists()


def test_a_satisfied_applicant_is_offered_no_complaint(appeal, token):
    page(token, score=5)
    assert "Complain in writing" not in page(token, "en").text
    with pytest.raises(RuleBroken):
        actions.complain_by_link(token, text="x")


def test_the_head_registers_the_complaint_for_the_applicant_once(cast, appeal):
    rating = actions.rate(appeal.pk, by=cast.aysel, score=1, reason="manner")
    client = Client()
    client.force_login(cast.head)
    for _twice in range(2):
        client.post(f"/dissatisfied/{rating.pk}/complaint/", {"text": "Kobud danışdılar"})
    complaint = Appeal.objects.get(kind=Kind.COMPLAINT)
    assert complaint.registered_by == cast.head
    assert Rating.objects.get(pk=rating.pk).complaint == complaint


def test_a_complaint_about_a_structures_answer_names_the_structure(cast, appeal):
    Appeal.objects.filter(pk=appeal.pk).update(responsible=cast.unit)
    rating = actions.rate(appeal.pk, by=cast.aysel, score=1, reason="not_solved")
    complaint = actions.complain(rating.pk, by=cast.head, text="Razı deyiləm")
    assert complaint.complained_structure == cast.unit


def test_a_link_sent_twice_at_once_gives_one_opinion_and_one_complaint(
    committed, cast, make_appeal
):
    """Two fingers on one button, over two connections."""
    appeal = closed(cast, make_appeal)
    token = token_of(Rating.objects.get(appeal=appeal))

    def at_once(verb: Any) -> list[str]:
        start = threading.Barrier(4)

        def work(_n: int) -> str:
            start.wait()
            try:
                verb()
            except (AlreadyDone, NotAllowed) as refused:
                return type(refused).__name__
            finally:
                connection.close()
            return "done"

        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(work, range(4)))

    rated = at_once(lambda: actions.rate_by_link(token, score=1, reason="slow"))
    assert rated.count("done") == 1
    complained = at_once(lambda: actions.complain_by_link(token, text="Razı deyiləm"))
    assert complained.count("done") == 1
    assert Appeal.objects.filter(kind=Kind.COMPLAINT).count() == 1
    assert Entry.objects.filter(appeal=appeal, kind="rate").count() == 1

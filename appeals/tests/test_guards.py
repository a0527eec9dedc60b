"""What the law asks before an appeal is considered: offered with its ground, never done by itself."""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from appeals.actions import (
    ask_applicant,
    close,
    join,
    leave,
    mark_repeat,
    register,
    reopen,
)
from appeals.actions.intake import Intake
from appeals.actions.sending import deliver
from appeals.guards import offers_for
from appeals.kinds import InquirySort, Kind, NoticeReason, NoticeState
from appeals.models import Appeal, Clock, Ground, Notice, Outcome, Topic
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.calendar import forget

pytestmark = pytest.mark.django_db


def baku(month: int, day: int, hour: int = 18, year: int = 2026) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=ZoneInfo("Asia/Baku"))


@pytest.fixture(autouse=True)
def baku_clock():
    forget()
    with time_machine.travel(baku(3, 2, 10), tick=False) as traveller:
        yield traveller
    forget()


@pytest.fixture
def explained(directory) -> Outcome:
    return Outcome.objects.get(code="explained")


def codes(user, appeal) -> list[str]:
    fresh = Appeal.objects.select_related("topic").get(pk=appeal.pk)
    return [offer.code for offer in offers_for(user, fresh)]


def answered(make_appeal, cast, outcome, **more) -> Appeal:
    one = make_appeal(**more)
    close(one.pk, by=cast.aysel, outcome=outcome, text="Əsaslandırılmış cavab")
    return one


def test_after_three_reasoned_answers_in_a_year_leaving_is_offered_with_its_ground(
    make_appeal, cast, explained, baku_clock
):
    for month in (3, 5, 7):
        baku_clock.move_to(baku(month, 4, 10))
        answered(make_appeal, cast, explained)
    baku_clock.move_to(baku(9, 1, 10))
    fourth = make_appeal()
    assert codes(cast.aysel, fourth) == ["repeat", "mark_repeat"]
    offer = offers_for(cast.aysel, fourth)[0]
    client = Client()
    client.force_login(cast.aysel)
    form = client.get(offer.url).context["form"]
    ground = Ground.objects.get(code="repeat")
    assert str(form["ground"].value()) == str(ground.pk)
    leave(fourth.pk, by=cast.aysel, ground=ground, reason="Yeni hal yoxdur")
    notice = Notice.objects.get(appeal=fourth, reason=NoticeReason.LEFT)
    assert notice.due_at == baku(9, 8)  # five working days


def test_two_answers_or_answers_older_than_a_year_are_not_enough(
    make_appeal, cast, explained, baku_clock
):
    for _n in range(3):
        answered(make_appeal, cast, explained)
    baku_clock.move_to(baku(3, 10, 10, year=2027))
    assert codes(cast.aysel, make_appeal()) == []
    baku_clock.move_to(baku(3, 1, 10, year=2027))
    assert "repeat" in codes(cast.aysel, make_appeal())


@pytest.mark.parametrize(
    "other",
    [
        {"caller_phone": "+994559998877"},
        {"topic": "another"},
        {"kind": Kind.QUESTION},
    ],
)
def test_another_applicant_another_topic_and_questions_do_not_count(
    other, make_appeal, cast, explained
):
    if "topic" in other:
        topics = Topic.objects.exclude(code="tax-voen").filter(is_outside=False)
        other = {"topic": topics.first()}
    for _n in range(3):
        answered(make_appeal, cast, explained, **other)
    assert codes(cast.aysel, make_appeal()) == []


def test_forwarded_withdrawn_and_joined_ones_are_no_reasoned_answers(make_appeal, cast):
    forwarded = Outcome.objects.get(code="forwarded")
    for _n in range(3):
        answered(make_appeal, cast, forwarded)
    assert codes(cast.aysel, make_appeal()) == []


def test_a_further_appeal_while_one_is_open_is_offered_to_join(make_appeal, cast):
    first, second = make_appeal(), make_appeal()
    assert codes(cast.aysel, first) == []
    assert codes(cast.aysel, second) == ["join"]
    offer = offers_for(cast.aysel, second)[0]
    client = Client()
    client.force_login(cast.aysel)
    assert client.get(offer.url).context["form"]["other"].value() == first.number
    join(second.pk, by=cast.aysel, to=first.pk)
    second.refresh_from_db()
    assert second.sub_number == f"{first.number}/1"


def test_what_a_reader_may_not_see_is_not_offered(make_appeal, cast):
    hidden = make_appeal(by=cast.operator, is_restricted=True)
    second = make_appeal()
    assert codes(cast.aysel, second) == []
    assert codes(cast.head, second) == ["join"]
    with pytest.raises(NotAllowed):
        mark_repeat(second.pk, by=cast.aysel, of=hidden.pk)


def test_outside_competence_is_offered_to_forward_within_three_working_days(make_appeal, cast):
    outside = Topic.objects.filter(is_outside=True).first()
    one = make_appeal(topic=outside)
    assert codes(cast.aysel, one) == ["outside"]
    assert "05.03.2026" in offers_for(cast.aysel, one)[0].text
    clock = Clock.objects.get(appeal=one, use=Clock.Use.STEP)
    assert (clock.due_at, clock.rule.step) == (baku(3, 5), "forward")


def test_a_repeat_lies_in_the_file_of_the_first(make_appeal, cast, explained):
    first = answered(make_appeal, cast, explained)
    second = make_appeal()
    mark_repeat(second.pk, by=cast.aysel, of=first.pk)
    with pytest.raises(AlreadyDone):
        mark_repeat(second.pk, by=cast.aysel, of=first.pk)
    close(second.pk, by=cast.aysel, outcome=explained, text="Cavab")
    third = make_appeal()
    mark_repeat(third.pk, by=cast.aysel, of=second.pk)
    second.refresh_from_db()
    third.refresh_from_db()
    assert (second.sub_number, third.sub_number) == (f"{first.number}-T1", f"{first.number}-T2")
    assert (second.repeat_of, third.repeat_of) == (first, first)
    assert [row.serial for row in (first, second, third)] == [1, 2, 3]  # the run has no gap


@pytest.mark.parametrize("writing", ["{}", " {} ", "cm {}", "CM-{}"])
def test_a_joined_and_a_repeat_appeal_are_found_by_their_place_in_the_file(
    make_appeal, cast, explained, writing
):
    first, joined = make_appeal(), make_appeal()
    join(joined.pk, by=cast.aysel, to=first.pk)
    close(first.pk, by=cast.aysel, outcome=explained, text="Cavab")
    again = make_appeal()
    mark_repeat(again.pk, by=cast.aysel, of=first.pk)
    client = Client()
    client.force_login(cast.aysel)
    for appeal in (joined, again):
        appeal.refresh_from_db()
        tail = appeal.sub_number.removeprefix("ÇM-")
        typed = writing.format(tail if "m" in writing.lower() else appeal.sub_number)
        found = client.get("/search/", {"q": typed})
        assert found.status_code == 302, typed
        assert found["Location"] == appeal.get_absolute_url()
        assert appeal.sub_number in client.get(appeal.get_absolute_url()).text
        assert appeal.sub_number in client.get(first.get_absolute_url()).text
    assert joined.sub_number in client.get("/appeals/?tab=all").text


def test_a_place_in_the_file_leads_nobody_to_what_he_may_not_see(make_appeal, cast):
    first = make_appeal(by=cast.operator, is_restricted=True)
    joined = make_appeal(by=cast.operator, is_restricted=True)
    join(joined.pk, by=cast.operator, to=first.pk)
    client = Client()
    client.force_login(cast.aysel)
    assert client.get("/search/", {"q": f"{first.number}/1"}).status_code == 200


def test_only_an_earlier_answered_appeal_is_repeated(make_appeal, cast, explained):
    first, second = make_appeal(), make_appeal()
    with pytest.raises(RuleBroken):
        mark_repeat(second.pk, by=cast.aysel, of=first.pk)
    with pytest.raises(NotAllowed):
        mark_repeat(second.pk, by=cast.aysel, of=second.pk)


@pytest.mark.parametrize("language", ["az", "ru", "en"])
def test_a_refusal_tells_the_ground_and_how_to_appeal_in_the_applicants_language(
    language, make_appeal, cast
):
    one = make_appeal(language=language)
    ground = Ground.objects.get(code="court")
    leave(one.pk, by=cast.aysel, ground=ground, reason="Qətnamə", told_by_phone=True)
    notice = Notice.objects.get(appeal=one, reason=NoticeReason.LEFT)
    assert getattr(ground, f"name_{language}") in notice.text
    assert getattr(ground, f"how_to_appeal_{language}") in notice.text
    assert (notice.state, notice.told_by) == (NoticeState.DELIVERED, cast.aysel)


def test_an_answer_that_does_not_meet_the_demand_says_how_to_appeal(make_appeal, cast):
    outcome = Outcome.objects.get(code="not_confirmed")
    assert outcome.how_to_appeal_az
    assert outcome.how_to_appeal_ru


def test_a_ground_that_fell_away_brings_the_appeal_back_and_one_that_stays_does_not(
    make_appeal, cast
):
    one, other = make_appeal(), make_appeal(caller_phone="+994551234567")
    leave(one.pk, by=cast.aysel, ground=Ground.objects.get(code="content"), reason="Natamam")
    leave(other.pk, by=cast.aysel, ground=Ground.objects.get(code="court"), reason="Qətnamə")
    reopen(one.pk, by=cast.aysel, reason="Məlumat tamamlandı")
    one.refresh_from_db()
    assert (one.status, one.ground) == ("considered", None)
    assert Notice.objects.filter(appeal=one, reason=NoticeReason.REOPENED).exists()
    with pytest.raises(RuleBroken) as refused:
        reopen(other.pk, by=cast.aysel, reason="Yenidən")
    assert refused.value.code == "ground_stays"


def test_an_anonymous_appeal_has_no_terms_and_is_offered_its_ground(make_appeal, cast):
    one = make_appeal(caller_phone="", kind=Kind.COMPLAINT)
    assert one.due_at is None
    assert codes(cast.aysel, one) == ["anonymous"]


def test_registered_on_a_later_day_than_received_is_shown(make_appeal, cast):
    intake = Intake(
        kind=Kind.APPLICATION, topic=Topic.objects.get(code="tax-voen"), text="Məktub",
        channel="letter", caller_phone="+994501112233",
    )  # fmt: skip
    late = register(
        by=cast.aysel, client_id=uuid.uuid4(), intake=intake, received_at=baku(2, 27, 17)
    )
    assert codes(cast.aysel, late) == ["late_registration"]
    with pytest.raises(RuleBroken) as refused:
        register(by=cast.aysel, client_id=uuid.uuid4(), intake=intake, received_at=baku(3, 3, 9))
    assert refused.value.field == "received_at"


def information(make_appeal) -> Appeal:
    return make_appeal(kind=Kind.INQUIRY, inquiry_sort=InquirySort.INFORMATION)


def steps(appeal: Appeal) -> dict[str, tuple[dt.datetime, dt.datetime | None]]:
    rows = Clock.objects.filter(appeal=appeal, use=Clock.Use.STEP).select_related("rule")
    return {row.rule.step: (row.due_at, row.stopped_at) for row in rows}


def test_an_information_request_has_its_own_steps(make_appeal, cast):
    one = information(make_appeal)
    assert one.due_at == baku(3, 12)  # seven working days, 9 March a day off
    assert {step: due for step, (due, _stopped) in steps(one).items()} == {
        "acknowledge": baku(3, 2), "forward": baku(3, 10), "defects_notice": baku(3, 10),
    }  # fmt: skip


def test_the_step_is_done_when_its_notice_went(make_appeal, cast, baku_clock):
    one = information(make_appeal)
    deliver(one.notices.get(reason=NoticeReason.REGISTERED).pk)
    assert steps(one)["acknowledge"][1] is not None
    baku_clock.move_to(baku(3, 4, 10))
    ask_applicant(one.pk, by=cast.aysel, question="Hansı sənəd?", are_defects=True)
    assert steps(one)["defects_notice"][1] == baku(3, 4, 10)
    notice = Notice.objects.get(appeal=one, reason=NoticeReason.DEFECTS)
    assert one.number in notice.text
    assert steps(one)["forward"][1] is None
    one.refresh_from_db()
    assert one.status == "waiting"


def test_defects_are_told_only_of_an_information_request(make_appeal, cast):
    one = make_appeal()
    with pytest.raises(RuleBroken) as refused:
        ask_applicant(one.pk, by=cast.aysel, question="Hansı?", are_defects=True)
    assert refused.value.field == "are_defects"
    assert not Notice.objects.filter(reason=NoticeReason.DEFECTS).exists()


def test_the_end_of_a_request_ends_its_steps(make_appeal, cast, explained):
    one = information(make_appeal)
    close(one.pk, by=cast.aysel, outcome=explained, text="Cavab")
    assert all(stopped is not None for _due, stopped in steps(one).values())


def test_the_offers_stand_on_the_page_only_for_those_who_take_steps(make_appeal, cast):
    make_appeal()
    second = make_appeal()
    client = Client()
    for user, shown in ((cast.aysel, True), (cast.auditor, False), (cast.manager, False)):
        client.force_login(user)
        page = client.get(second.get_absolute_url()).content.decode()
        assert (reverse("appeal-do", args=[second.pk, "join"]) + "?other=" in page) is shown

"""A longer term: who asks, who decides, how much, how often, until when, and what is told."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from appeals.actions import (
    applicant_replied,
    ask_applicant,
    ask_extension,
    close,
    decide_extension,
)
from appeals.kinds import Kind, NoticeReason
from appeals.models import Appeal, Extension, Notice, Outcome
from appeals.terms import answer_clock
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.calendar import forget

pytestmark = pytest.mark.django_db
REASON = "Dövlət reyestrindən məlumat gözlənilir"


def baku(month: int, day: int, hour: int = 18, year: int = 2026) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=ZoneInfo("Asia/Baku"))


@pytest.fixture(autouse=True)
def fresh_calendar():
    forget()
    yield
    forget()


@pytest.fixture
def clock_of_baku():
    """Monday 2 March 2026, ten in the morning; tests move it on."""
    with time_machine.travel(baku(3, 2, 10), tick=False) as traveller:
        yield traveller


@pytest.fixture
def one(clock_of_baku, make_appeal) -> Appeal:
    return make_appeal()


def due(one: Appeal) -> dt.datetime:
    return Appeal.objects.values_list("due_at", flat=True).get(pk=one.pk)


def asked(one: Appeal, cast, quantity: int = 5) -> Extension:
    return ask_extension(one.pk, by=cast.aysel, quantity=quantity, reason=REASON)


def test_the_operator_asks_the_head_grants_and_the_applicant_is_told(one, cast):
    assert due(one) == baku(4, 2)
    extension = asked(one, cast)
    assert due(one) == baku(4, 2)  # asking moves nothing
    decide_extension(one.pk, by=cast.head, extension_id=extension.pk, is_granted=True)
    assert due(one) == baku(4, 9)
    assert answer_clock(one).due_at == baku(4, 9)
    notice = Notice.objects.get(appeal=one, reason=NoticeReason.EXTENDED)
    assert "09.04.2026" in notice.text
    told = [row.changes for row in one.entries.order_by("sequence")][-2:]
    assert told[0]["extension_asked"] == [None, 5]
    assert told[1]["extension_decided"] == ["asked", "granted"]
    assert told[1]["due_at"][1].startswith("2026-04-09")


def test_a_refused_one_moves_nothing_tells_nobody_and_needs_a_reason(one, cast):
    extension = asked(one, cast)
    with pytest.raises(RuleBroken) as refused:
        decide_extension(one.pk, by=cast.head, extension_id=extension.pk, is_granted=False)
    assert refused.value.field == "note"
    decide_extension(
        one.pk, by=cast.head, extension_id=extension.pk, is_granted=False, note="Əsas yoxdur"
    )
    assert due(one) == baku(4, 2)
    assert not Notice.objects.filter(appeal=one, reason=NoticeReason.EXTENDED).exists()


def test_only_the_head_decides(one, cast):
    extension = asked(one, cast)
    with pytest.raises(NotAllowed):
        decide_extension(one.pk, by=cast.aysel, extension_id=extension.pk, is_granted=True)


@pytest.mark.parametrize(
    ("quantity", "reason", "field"),
    [(0, REASON, "quantity"), (31, REASON, "quantity"), (5, "  ", "note")],
)
def test_what_is_asked_is_within_the_rule_and_has_a_reason(quantity, reason, field, one, cast):
    with pytest.raises(RuleBroken) as refused:
        ask_extension(one.pk, by=cast.aysel, quantity=quantity, reason=reason)
    assert refused.value.field == field
    assert not Extension.objects.exists()


def test_two_are_not_asked_at_once_and_no_more_than_the_rule_allows(one, cast):
    first = asked(one, cast)
    with pytest.raises(AlreadyDone):
        asked(one, cast)
    decide_extension(one.pk, by=cast.head, extension_id=first.pk, is_granted=True)
    with pytest.raises(RuleBroken) as refused:
        asked(one, cast)
    assert refused.value.code == "extended_enough"


def test_a_kind_whose_rule_gives_no_extension_is_told_so(clock_of_baku, make_appeal, cast):
    question = make_appeal(kind=Kind.QUESTION)
    with pytest.raises(RuleBroken) as refused:
        asked(question, cast)
    assert refused.value.code == "no_extension"


def test_after_the_term_nothing_is_asked_and_nothing_granted(one, cast, clock_of_baku):
    extension = asked(one, cast)
    clock_of_baku.move_to(baku(4, 2, 19))
    with pytest.raises(RuleBroken) as refused:
        decide_extension(one.pk, by=cast.head, extension_id=extension.pk, is_granted=True)
    assert refused.value.code == "term_passed"
    assert "02.04.2026" in str(refused.value)
    decide_extension(
        one.pk, by=cast.head, extension_id=extension.pk, is_granted=False, note="Gecikib"
    )
    with pytest.raises(RuleBroken) as refused:
        asked(one, cast)
    assert refused.value.code == "term_passed"


def test_a_term_that_stands_has_not_passed(one, cast, clock_of_baku):
    ask_applicant(one.pk, by=cast.aysel, question="VÖEN?")
    clock_of_baku.move_to(baku(6, 1, 10))
    extension = asked(one, cast)
    decide_extension(one.pk, by=cast.head, extension_id=extension.pk, is_granted=True)
    applicant_replied(one.pk, by=cast.aysel, reply="1234567891")
    assert due(one) > baku(6, 1)


def test_deciding_twice_or_over_a_newer_request_is_told(one, cast):
    first = asked(one, cast)
    decide_extension(one.pk, by=cast.head, extension_id=first.pk, is_granted=False, note="Yox")
    with pytest.raises(AlreadyDone):
        decide_extension(one.pk, by=cast.head, extension_id=first.pk, is_granted=True)
    asked(one, cast)
    with pytest.raises(StaleForm):
        decide_extension(one.pk, by=cast.head, extension_id=first.pk, is_granted=True)


def test_an_end_drops_what_still_waited(one, cast):
    extension = asked(one, cast)
    close(one.pk, by=cast.aysel, outcome=Outcome.objects.get(code="explained"), text="Cavab")
    extension.refresh_from_db()
    assert extension.state == Extension.State.REFUSED


def page(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_pages_ask_show_and_decide(one, cast):
    operator, head = page(cast.aysel), page(cast.head)
    ask_url = reverse("appeal-do", args=[one.pk, "ask_extension"])
    assert ask_url in operator.get(one.get_absolute_url()).content.decode()
    answer = operator.post(ask_url, {"version": one.version, "quantity": "99", "note": REASON})
    assert answer.status_code == 422
    assert REASON in answer.content.decode()
    assert operator.post(
        ask_url, {"version": one.version, "quantity": "5", "note": REASON}
    ).status_code == 302  # fmt: skip
    shown = operator.get(one.get_absolute_url()).content.decode()
    decide_url = reverse("appeal-do", args=[one.pk, "decide_extension"])
    assert REASON in shown
    assert decide_url not in shown  # the operator only sees that it waits
    assert ask_url not in shown
    assert decide_url in head.get(one.get_absolute_url()).content.decode()
    form = head.get(decide_url).context["form"]
    sent = {
        "version": form["version"].value(), "extension": form["extension"].value(),
        "decision": "granted", "note": "",
    }  # fmt: skip
    assert head.post(decide_url, sent).status_code == 302
    assert due(one) == baku(4, 9)


def test_the_explanation_lists_every_day_and_leads_to_the_due_date(one, cast):
    decide_extension(one.pk, by=cast.head, extension_id=asked(one, cast).pk, is_granted=True)
    answer = page(cast.aysel).get(reverse("appeal-term", args=[one.pk]))
    (each,) = answer.context["explanations"]
    first, extension = each.parts
    assert [line.total for line in first.lines if line.is_counted] == [str(n) for n in range(1, 16)]
    assert first.lines[0].date == dt.date(2026, 3, 2)
    assert first.lines[-1].date == dt.date(2026, 4, 2)
    assert extension.lines[-1].date == dt.date(2026, 4, 9)
    assert each.due_at == due(one)
    assert "Novruz" in answer.content.decode()


@pytest.mark.parametrize(("sort", "total"), [("topical", "24:00"), ("danger", "48:00")])
def test_the_explanation_of_hours_adds_up(sort, total, make_appeal, cast):
    with time_machine.travel(baku(3, 6, 10), tick=False):
        one = make_appeal(kind=Kind.INQUIRY, inquiry_sort=sort)
        answer = page(cast.aysel).get(reverse("appeal-term", args=[one.pk]))
    (each,) = [row for row in answer.context["explanations"] if row.clock.use == "appeal"]
    assert each.parts[0].lines[-1].total == total
    assert each.due_at == one.due_at


def test_the_explanation_is_not_for_those_who_do_not_see_the_appeal(one, cast):
    url = reverse("appeal-term", args=[one.pk])
    assert page(cast.unit_user).get(url).status_code == 404
    Appeal.objects.filter(pk=one.pk).update(is_restricted=True)
    assert page(cast.operator).get(url).status_code == 404

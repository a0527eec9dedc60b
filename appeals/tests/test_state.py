"""The public page: the right pair opens the state in plain words; whoever guesses learns nothing."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from appeals import actions
from appeals.kinds import Kind
from appeals.lifecycle import Status
from appeals.models import Appeal, Ground, Notice, Outcome
from appeals.public import WORDS, key_of
from callcenter import brokers
from people.models import Allowance, AuditEntry, LegalNumber

pytestmark = pytest.mark.django_db
PAGE = "/state/"


def ask(number: str, code: str, language: str = "en", **more: Any) -> Any:
    client = Client()
    client.cookies["django_language"] = language
    return client.post(PAGE, {"number": number, "code": code}, **more)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08d}"


# --- What the applicant sees --------------------------------------------------


def test_every_status_has_plain_words():
    assert set(WORDS) == set(Status)


def test_the_right_pair_shows_state_and_term_and_nothing_of_the_person(make_appeal):
    appeal = make_appeal(text="Çox şəxsi mətn")
    answer = ask(appeal.number, appeal.state_code)
    assert answer.status_code == 200
    assert "Your appeal is registered" in answer.text
    assert f"{appeal.due_at:%d.%m.%Y}" in answer.text
    for hidden in ("Çox şəxsi mətn", appeal.caller_phone, appeal.state_code, "Məmmədova"):
        assert hidden not in answer.text
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("writing", ["{}", " {} ", "cm {}", "2026-{}"])
def test_any_writing_of_the_number_and_the_code_will_do(make_appeal, writing):
    appeal = make_appeal()
    tail = appeal.number.removeprefix("ÇM-")
    typed = {"{}": appeal.number, " {} ": f" {appeal.number} ", "cm {}": f"cm {tail}"}.get(
        writing, tail
    )
    code = f"{appeal.state_code[:4]} {appeal.state_code[4:]}"
    assert ask(typed, code).status_code == 200
    assert key_of(typed) == appeal.number


@pytest.mark.parametrize("language", ["az", "en", "ru"])
def test_the_page_speaks_three_languages(make_appeal, language):
    appeal = make_appeal()
    answer = ask(appeal.number, appeal.state_code, language)
    assert f'<html lang="{language}"' in answer.text
    assert answer.status_code == 200


def test_the_answer_is_shown_only_where_the_ministry_allows_it(cast, make_appeal):
    appeal = make_appeal()
    actions.close(
        appeal.pk, by=cast.aysel, outcome=Outcome.objects.get(code="explained"), text="Cavab mətni"
    )
    assert "Cavab mətni" not in ask(appeal.number, appeal.state_code).text
    LegalNumber.objects.filter(code="public_state_shows_answer").update(value="true")
    assert "Cavab mətni" in ask(appeal.number, appeal.state_code).text


def test_an_answer_not_yet_checked_is_never_shown(cast, make_appeal):
    LegalNumber.objects.filter(code="public_state_shows_answer").update(value="true")
    appeal = make_appeal()
    actions.answer(appeal.pk, by=cast.aysel, text="Layihə")
    assert "Layihə" not in ask(appeal.number, appeal.state_code).text


def test_a_left_appeal_names_its_ground_and_the_way_to_appeal(cast, make_appeal):
    appeal = make_appeal()
    ground = Ground.objects.get(code="court")
    actions.leave(appeal.pk, by=cast.aysel, ground=ground, reason="İş məhkəmədədir")
    answer = ask(appeal.number, appeal.state_code)
    assert ground.name_en in answer.text
    assert "İş məhkəmədədir" not in answer.text


# --- Guessing -----------------------------------------------------------------


@pytest.fixture
def guesses(cast, make_appeal) -> dict[str, tuple[str, str]]:
    """What must look alike: no such number, a wrong code, a restricted and an anonymous appeal."""
    plain = make_appeal()
    restricted = make_appeal(kind=Kind.COMPLAINT, is_restricted=True)
    anonymous = make_appeal(caller_phone="")
    assert anonymous.is_anonymous
    return {
        "none": ("ÇM-2026-999999", plain.state_code),
        "wrong": (plain.number, wrong(plain.state_code)),
        "restricted": (restricted.number, restricted.state_code),
        "anonymous": (anonymous.number, anonymous.state_code),
    }


def told(answer: Any, number: str) -> str:
    """The page without what was typed and without the form's own random sign."""
    token = answer.context["csrf_token"]
    return answer.text.replace(number, "NUMBER").replace(str(token), "TOKEN")


def test_every_wrong_pair_is_answered_alike_at_the_same_cost(guesses):
    ask("ÇM-2026-000000", "00000000")  # what a process learns once
    seen, costs = set(), set()
    for number, code in guesses.values():
        with CaptureQueriesContext(connection) as queries:
            answer = ask(number, code)
        costs.add(len(queries))
        seen.add((answer.status_code, _without_code(told(answer, number), code)))
    assert len(seen) == 1
    assert next(iter(seen))[0] == 422
    assert len(costs) == 1


def _without_code(text: str, code: str) -> str:
    return text.replace(code, "CODE")


def test_guessing_the_code_of_one_appeal_ends_whatever_the_address(make_appeal, time_machine):
    time_machine.move_to(1_800_000_000.0, tick=False)
    appeal = make_appeal()
    answers = [
        ask(appeal.number, wrong(appeal.state_code), REMOTE_ADDR=f"10.0.0.{turn}").status_code
        for turn in range(1, 13)
    ]
    assert answers == [422] * 10 + [429] * 2
    assert ask(appeal.number, appeal.state_code, REMOTE_ADDR="10.0.1.1").status_code == 429
    assert ask(appeal.number.lower(), appeal.state_code, REMOTE_ADDR="10.0.1.2").status_code == 429
    time_machine.shift(3600)
    assert ask(appeal.number, appeal.state_code, REMOTE_ADDR="10.0.1.1").status_code == 200


def test_guessing_from_one_address_ends_whatever_the_number(make_appeal, time_machine):
    time_machine.move_to(1_800_000_000.0, tick=False)
    answers = [ask(f"ÇM-2026-{turn:06d}", "12345678") for turn in range(21)]
    assert [answer.status_code for answer in answers] == [422] * 20 + [429]
    assert int(answers[-1]["Retry-After"]) <= 15 * 60
    assert ask("ÇM-2026-000001", "12345678", REMOTE_ADDR="10.0.0.9").status_code == 422


def test_one_home_of_the_new_protocol_is_one_address(time_machine):
    time_machine.move_to(1_800_000_000.0, tick=False)
    codes = [
        ask(f"ÇM-2026-{turn:06d}", "12345678", REMOTE_ADDR=f"2001:db8::{turn:x}").status_code
        for turn in range(1, 22)
    ]
    assert codes[-1] == 429


def test_a_number_that_is_none_is_limited_like_one_that_is(make_appeal, time_machine):
    time_machine.move_to(1_800_000_000.0, tick=False)
    appeal = make_appeal()
    for number in (appeal.number, "ÇM-2026-999999"):
        codes = [
            ask(number, "00000000", REMOTE_ADDR=f"10.1.{turn}.1").status_code for turn in range(11)
        ]
        assert codes == [422] * 10 + [429]


def test_the_limits_hold_without_redis(make_appeal, monkeypatch, time_machine):
    time_machine.move_to(1_800_000_000.0, tick=False)

    def gone(*args: object, **kwargs: object) -> None:
        raise brokers.redis.ConnectionError

    monkeypatch.setattr(brokers.redis.Connection, "connect", gone)
    codes = [ask("ÇM-2026-000001", "12345678").status_code for _ in range(11)]
    assert codes[-1] == 429


def test_numbers_and_codes_stand_in_no_address_log_or_row(make_appeal, caplog):
    appeal = make_appeal()
    with caplog.at_level(logging.DEBUG):
        answer = ask(appeal.number, appeal.state_code)
        ask(appeal.number, wrong(appeal.state_code))
    assert answer.request["QUERY_STRING"] == ""
    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )
    assert appeal.state_code not in logged
    assert appeal.number not in logged
    kept = str(list(Allowance.objects.values()))
    assert appeal.number not in kept
    assert "127.0.0.1" not in kept


def test_the_page_does_not_answer_an_address(make_appeal):
    appeal = make_appeal()
    answer = Client().get(PAGE, {"number": appeal.number, "code": appeal.state_code})
    assert answer.status_code == 200
    assert appeal.number not in answer.text


@pytest.mark.parametrize(
    ("number", "code"),
    [("", ""), ("x" * 5000, "1"), ("\0", "12345678"), ("ÇM-2026-000001", "1" * 400),
     ("ÇM-2026-000001", "abcdefgh"), ("😀", "١٢٣٤٥٦٧٨")],
)  # fmt: skip
def test_what_cannot_be_a_pair_is_told_beside_its_field(number, code):
    assert ask(number, code).status_code == 422


# --- How the operator tells the code ------------------------------------------


def panel(client: Client, appeal: Appeal) -> str:
    text = client.get(appeal.get_absolute_url()).text
    return text.partition('id="state-code"')[2].partition("</section>")[0]


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def spoken(appeal: Appeal) -> str:
    return f"{appeal.state_code[:4]} {appeal.state_code[4:]}"


def test_the_operator_on_the_call_sees_the_code_and_later_asks_for_it(
    cast, make_appeal, time_machine
):
    time_machine.move_to(timezone.now(), tick=False)
    appeal = make_appeal()
    client = signed_in(cast.aysel)
    assert spoken(appeal) in panel(client, appeal)
    assert spoken(appeal) not in panel(signed_in(cast.operator), appeal)
    time_machine.shift(31 * 60)
    assert spoken(appeal) not in panel(client, appeal)
    client.post(reverse("state-code", args=[appeal.pk]))
    assert spoken(appeal) in panel(client, appeal)
    assert spoken(appeal) not in panel(client, appeal), "shown once"
    assert AuditEntry.objects.filter(kind="look.state_code", actor=cast.aysel).count() == 1


def test_there_is_no_code_to_tell_where_the_page_would_show_nothing(cast, make_appeal):
    restricted = make_appeal(kind=Kind.COMPLAINT, is_restricted=True)
    anonymous = make_appeal(caller_phone="")
    client = signed_in(cast.aysel)
    for appeal in (restricted, anonymous):
        assert panel(client, appeal) == ""
        assert client.post(reverse("state-code", args=[appeal.pk])).status_code == 404
    assert panel(signed_in(cast.manager), make_appeal()) == ""


def test_the_notice_of_registration_tells_the_code(make_appeal):
    appeal = make_appeal()
    notice = Notice.objects.get(appeal=appeal, reason="registered")
    assert appeal.state_code in notice.text

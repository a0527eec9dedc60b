"""A tab left open while the appeal went on: a clear message, what was typed kept, nothing half-saved."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from appeals import actions
from appeals.models import Appeal, Entry, Notice, Outcome
from people.models.calendar import CalendarChange

pytestmark = pytest.mark.django_db
TYPED = "Uzun cavab mətni, bir saat yazılıb"


@pytest.fixture
def outcome(directory) -> Outcome:
    return Outcome.objects.get(code="explained")


def tab(user: Any) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(user)
    return client


def sent(client: Client, appeal: Appeal, action: str, **values: Any) -> Any:
    data = {"version": appeal.version, **values}
    return client.post(f"/appeal/{appeal.pk}/do/{action}/", data)


def nothing_changed(appeal: Appeal) -> bool:
    kept = Appeal.objects.get(pk=appeal.pk)
    return (kept.version, kept.answer_text, kept.status) == (
        appeal.version, appeal.answer_text, appeal.status,
    )  # fmt: skip


def test_a_form_older_than_the_appeal_shows_both_texts(cast, make_appeal, outcome):
    appeal = make_appeal()
    now = actions.answer(appeal.pk, by=cast.operator, text="Həmkarın cavabı")
    answer = sent(tab(cast.aysel), appeal, "close", outcome=outcome.pk, text=TYPED)
    assert answer.status_code == 409
    assert "A colleague saved this appeal while you were writing" in answer.text
    assert TYPED in answer.text
    assert "Həmkarın cavabı" in answer.text
    assert nothing_changed(now)
    again = answer.context["form"]["version"].value()
    assert int(again) == now.version, "sent once more it is taken"


@pytest.mark.parametrize(
    ("action", "values"),
    [("answer", {"text": TYPED}), ("ask_applicant", {"note": TYPED}),
     ("send_back", {"note": TYPED}), ("ask_extension", {"quantity": 5, "note": TYPED})],
)  # fmt: skip
def test_a_closed_appeal_edited_in_another_tab_says_that_it_is_closed(
    cast, make_appeal, outcome, action, values
):
    appeal = make_appeal()
    now = actions.close(appeal.pk, by=cast.operator, outcome=outcome, text="Cavab")
    answer = sent(tab(cast.aysel), appeal, action, **values)
    assert answer.status_code == 422
    assert "is not possible while the appeal is “Closed”" in answer.text
    assert TYPED in answer.text
    assert nothing_changed(now)


def test_closed_twice_it_says_who_closed_it_and_keeps_the_second_text(cast, make_appeal, outcome):
    appeal = make_appeal()
    now = actions.close(appeal.pk, by=cast.operator, outcome=outcome, text="Birinci cavab")
    answer = sent(tab(cast.aysel), appeal, "close", outcome=outcome.pk, text=TYPED)
    assert answer.status_code == 409
    assert "Closed by Quliyev Rəşad" in answer.text
    assert TYPED in answer.text
    assert "Birinci cavab" in answer.text
    assert nothing_changed(now)
    assert Entry.objects.filter(appeal=appeal, kind="close").count() == 1
    assert Notice.objects.filter(appeal=appeal, reason="answered").count() == 1


def test_a_click_repeated_where_nothing_was_typed_is_a_notice(cast, make_appeal):
    appeal = make_appeal()
    actions.take(appeal.pk, by=cast.operator)
    answer = sent(tab(cast.aysel), appeal, "take")
    assert answer.status_code == 409
    assert "Already done" in answer.text


def test_an_extension_after_the_term_is_refused_on_the_page_with_the_reason_kept(
    cast, make_appeal, time_machine
):
    appeal = make_appeal()
    time_machine.move_to(appeal.due_at.replace(year=appeal.due_at.year + 1), tick=False)
    client = tab(cast.aysel)
    assert "ask_extension" not in client.get(appeal.get_absolute_url()).text
    answer = sent(client, appeal, "ask_extension", quantity=5, note=TYPED)
    assert answer.status_code == 422
    assert f"{appeal.due_at:%d.%m.%Y}" in answer.text
    assert TYPED in answer.text
    assert nothing_changed(appeal)


@pytest.mark.parametrize("day", ["", "31.02.2026", "01.01.2126", "sabah"])
def test_an_act_without_a_date_is_told_beside_its_field(cast, day):
    client = tab(cast.admin)
    form = client.get("/calendar/changes/new/").context["form"]
    data = {"client_id": form["client_id"].value(), "act": "NK qərarı 421", "act_on": day}
    answer = client.post("/calendar/changes/new/", data)
    assert answer.status_code == 422
    assert answer.context["form"].errors["act_on"]
    assert "NK qərarı 421" in answer.text
    assert not CalendarChange.objects.exists()

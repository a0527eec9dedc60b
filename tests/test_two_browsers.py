"""Two people on one appeal, each in a real browser before the service as it runs: they see each other
live, the later save shows both texts, and nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from appeals.actions import take
from appeals.models import Entry
from tests.browser import chromium, seat, served
from tests.browsing import axe

__all__ = ["chromium", "seat", "served"]
pytestmark = [pytest.mark.browser]
#: What is told live comes at once; a machine that does much else is given time, milliseconds.
LIVE = 15_000


def test_they_see_each_other_and_the_later_save_shows_both_texts(seat, cast, make_appeal):
    appeal = make_appeal()
    take(appeal.pk, by=cast.aysel)
    step = f"/appeal/{appeal.pk}/do/answer/"
    one, two = seat(cast.aysel), seat(cast.operator)
    one.goto(step)
    two.goto(appeal.get_absolute_url())
    # Told live: neither page is loaded again.
    expect(one.locator("[data-presence]")).to_have_text(
        re.compile(cast.operator.name), timeout=LIVE
    )
    expect(two.locator("[data-presence]")).to_have_text(re.compile(cast.aysel.name), timeout=LIVE)
    two.goto(step)
    answer = 'textarea[name="text"]'
    one.locator(answer).press_sequentially("Cavab A")
    expect(two.locator("[data-presence]")).to_have_text(
        re.compile(f"{cast.aysel.name} is writing"), timeout=LIVE
    )
    two.fill(answer, "Cavab B")
    two.keyboard.press("Control+Enter")
    two.wait_for_url("**/appeals/**")
    one.keyboard.press("Control+Enter")
    both = one.locator(".both")
    both.wait_for()
    expect(both).to_contain_text("Cavab A")
    expect(both).to_contain_text("Cavab B")
    expect(one.locator(answer)).to_have_value("Cavab A")
    axe(one)
    appeal.refresh_from_db()
    assert appeal.answer_text == "Cavab B"


def test_a_note_calls_a_colleague_by_keyboard_and_the_bell_rings_live(seat, cast, make_appeal):
    appeal = make_appeal()
    take(appeal.pk, by=cast.aysel)
    one, two = seat(cast.aysel), seat(cast.operator)
    two.goto("/desk/")
    one.goto(appeal.get_absolute_url())
    axe(one)
    note = one.locator("#note-text")
    note.press_sequentially("Baxın @qu")
    one.locator(".mentions [role=option]").first.wait_for()
    one.keyboard.press("Enter")
    expect(note).to_have_value(f"Baxın @{cast.operator.username} ")
    note.press_sequentially("zəng edin")
    axe(one)
    one.keyboard.press("Control+Enter")
    expect(one.locator(".journal-note.is-internal").first).to_contain_text(cast.operator.name)
    expect(one.locator("#note-text")).to_have_value("")
    expect(two.locator("#alerts-count .badge")).to_have_text(re.compile("1"), timeout=LIVE)
    assert Entry.objects.filter(appeal=appeal, kind="note").count() == 1

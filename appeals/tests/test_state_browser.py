"""The public page on a phone, in a real browser: nothing for axe to find, no sideways scroll."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browsing import axe

pytestmark = [pytest.mark.browser]


@pytest.fixture
def page(committed, live_server, browser: Browser) -> Page:
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 390, "height": 844}, color_scheme="dark"
    )
    return context.new_page()


def test_an_applicant_checks_the_state_with_a_telephone(page, make_appeal):
    appeal = make_appeal()
    page.goto("/state/")
    axe(page)
    page.get_by_role("button", name="English").click()
    page.get_by_label("Registration number").fill(appeal.number)
    page.get_by_label("Code").fill("1234")
    page.get_by_role("button", name="Show the state").click()
    page.get_by_role("alert").wait_for()
    axe(page)
    assert page.get_by_label("Registration number").input_value() == appeal.number
    page.get_by_label("Code").fill(appeal.state_code)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your appeal is registered").wait_for()
    axe(page)
    assert page.url.endswith("/state/")

"""The public page on a phone, in a real browser: nothing for axe to find, no sideways scroll."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

pytestmark = [pytest.mark.browser]
ARGUMENTS = ["--no-sandbox", "--disable-gpu"]


@pytest.fixture
def page(committed, live_server, monkeypatch) -> Iterator[Page]:
    # Playwright runs a loop in this thread; the database is still used by one thread only.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": 390, "height": 844}, color_scheme="dark"
        )
        yield context.new_page()
        browser.close()


def looks_right(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_applicant_checks_the_state_with_a_telephone(page, make_appeal):
    appeal = make_appeal()
    page.goto("/state/")
    looks_right(page)
    page.get_by_role("button", name="English").click()
    page.get_by_label("Registration number").fill(appeal.number)
    page.get_by_label("Code").fill("1234")
    page.get_by_role("button", name="Show the state").click()
    page.get_by_role("alert").wait_for()
    looks_right(page)
    assert page.get_by_label("Registration number").input_value() == appeal.number
    page.get_by_label("Code").fill(appeal.state_code)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your appeal is registered").wait_for()
    looks_right(page)
    assert page.url.endswith("/state/")

"""Every page in a real browser: nothing for axe to find, no sideways scroll, no text that lost its place.

The pages are those of the access table, each opened by one of those who may, on one story that has
one of everything.
"""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Error, Page

from tests.addresses import Story, tell_story
from tests.browsing import LAPTOP, violations
from tests.test_access import clients_of, table
from tests.test_query_counts import readers

pytestmark = [pytest.mark.browser]


#: The deepest element that reaches over the right edge.
WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth)
  .map((one) => `${one.tagName}.${one.className}`).at(-1)"""


def pages_of(browser: Browser, address: str, story: Story, program) -> dict[str, Page]:
    """For each person a page that is signed in."""
    found = {}
    for letter, (client, _outside) in clients_of(story, program).items():
        context = browser.new_context(base_url=address, viewport=LAPTOP, reduced_motion="reduce")
        kept = client.cookies.get(settings.SESSION_COOKIE_NAME)
        if kept is not None:
            context.add_cookies([{"name": kept.key, "value": kept.value, "url": address}])
        found[letter] = context.new_page()
    return found


def shows_page(page: Page, address: str) -> bool:
    """Opens the address; it may be a file, a part of a page, or an answer for programs."""
    try:
        answer = page.goto(address)
    except Error as refused:
        if "Download is starting" in refused.message:
            return False
        raise
    assert answer is not None
    return "text/html" in answer.headers.get("content-type", "") and "<html" in answer.text()


def faults_of(page: Page) -> list[str]:
    """What a reader with a screen reader, a narrow screen or no patience would trip over."""
    faults = [rule["id"] for rule in violations(page)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append(f"scrolls sideways: {page.evaluate(WIDE)}")
    if "%(" in page.inner_text("body"):
        faults.append("a place left unfilled")
    return faults


def test_every_page_can_be_read_by_everybody(
    committed, live_server, browser, cast, make_appeal, program
):
    story = tell_story(cast, make_appeal)
    pages = pages_of(browser, live_server.url, story, program)
    wrong = {}
    for name, method, who in table():
        if method != "GET":
            continue
        page = pages[readers(who)]
        if shows_page(page, story.address(name)) and (faults := faults_of(page)):
            wrong[name] = faults
    assert not wrong

"""A reception from its hours to its minutes in a real browser, by keyboard, without scripts, on paper."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from appeals.actions import save_applicant
from appeals.models import Reception, ReceptionSlot
from appeals.reception.lifecycle import State
from appeals.tests.reception.world import an_official
from appeals.tests.world import put
from people.calendar import forget, working_calendar
from people.models import User

pytestmark = [pytest.mark.browser]
ARGUMENTS = ["--no-sandbox", "--disable-gpu"]


@pytest.fixture(autouse=True)
def wall() -> None:
    """The clock runs here: a browser waits by it."""


@pytest.fixture
def browser(committed, live_server, monkeypatch) -> Iterator[Browser]:
    # Playwright runs a loop in this thread; the database is still used by one thread only.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    forget()
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        yield started
        started.close()
        # Inside Playwright's loop the test had a connection of its own.
        connections.close_all()
    forget()


def entered(browser: Browser, url: str, user: User, **more: object) -> BrowserContext:
    client = Client()
    client.force_login(user)
    more.setdefault("viewport", {"width": 1366, "height": 768})
    context = browser.new_context(base_url=url, **more)
    kept = {"sessionid": client.cookies["sessionid"].value, "django_language": "en"}
    context.add_cookies([{"name": k, "value": v, "url": url} for k, v in kept.items()])
    return context


def looks_right(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hours_are_made_by_keyboard_an_applicant_is_invited_received_and_the_day_printed(
    browser, live_server, cast, make_appeal
):
    an_official(cast)
    names = {"surname": "Sultanova", "given_name": "Lalə"}
    one = make_appeal(applicant=save_applicant(by=cast.aysel, values=names))
    day = working_calendar().next_working(timezone.localdate())
    head = entered(browser, live_server.url, cast.head).new_page()
    head.goto("/receptions/")
    looks_right(head)
    head.keyboard.press("m")
    head.get_by_label("Official").select_option(index=1)
    looks_right(head)
    head.get_by_label("Day", exact=False).first.fill(f"{day:%d.%m.%Y}")
    head.get_by_label("Begins at").fill("10:00")
    head.get_by_label("Ends at").fill("09:00")
    head.keyboard.press("Control+Enter")
    head.get_by_text("It ends before it begins.").first.wait_for()
    assert head.get_by_label("Begins at").input_value() == "10:00"
    looks_right(head)
    head.get_by_label("Ends at").fill("11:00")
    head.keyboard.press("Control+Enter")
    head.get_by_text("2 hours of reception are made.").wait_for()
    looks_right(head)

    desk = entered(browser, live_server.url, cast.aysel, color_scheme="dark").new_page()
    desk.goto(one.get_absolute_url())
    desk.locator("#receptions").get_by_role("link", name="Invite to a reception").click()
    looks_right(desk)
    desk.get_by_label("10:00–10:30").check()
    desk.get_by_label("What is told to the applicant").fill("Müqaviləni gətirin")
    desk.keyboard.press("Control+Enter")
    desk.get_by_role("button", name="The applicant confirms").click()
    desk.get_by_text("Confirmed").first.wait_for()
    looks_right(desk)

    # The day has come: the assistant, on a phone and without scripts.
    start = timezone.now() - dt.timedelta(minutes=5)
    slot = ReceptionSlot.objects.get(taken=1)
    put(slot, starts_at=start, ends_at=start + dt.timedelta(minutes=30))
    size = {"width": 390, "height": 844}
    phone = entered(
        browser, live_server.url, cast.unit_user, viewport=size, java_script_enabled=False
    ).new_page()
    phone.goto(f"/receptions/day/{timezone.localdate(start):%Y-%m-%d}/")
    phone.get_by_role("link", name=one.number).click()
    phone.get_by_role("button", name="The applicant came").click()
    phone.get_by_role("link", name="Write the minutes").click()
    phone.get_by_label("Minutes").fill("Dinlənildi, şərtlər izah edildi.")
    phone.get_by_label("Answered orally, with the applicant's consent").check()
    phone.get_by_label("The applicant agreed to an oral answer").check()
    phone.get_by_role("button", name="Write the minutes").click()
    phone.get_by_text("Dinlənildi, şərtlər izah edildi.").wait_for()
    assert Reception.objects.get().state == State.HELD

    head.goto(f"/receptions/day/{timezone.localdate(start):%Y-%m-%d}/")
    looks_right(head)
    head.emulate_media(media="print")
    assert head.get_by_role("columnheader", name="Notes").is_visible()
    assert not head.get_by_role("button", name="Show").is_visible()

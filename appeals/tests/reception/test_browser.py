"""A reception from its hours to its minutes in a real browser, by keyboard, without scripts, on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext

from appeals.actions import save_applicant
from appeals.models import Reception, ReceptionSlot
from appeals.reception.lifecycle import State
from appeals.tests.reception.world import an_official
from appeals.tests.world import put
from people.calendar import forget, working_calendar
from people.models import User
from tests.browsing import LAPTOP, axe

pytestmark = [pytest.mark.browser]


@pytest.fixture(autouse=True)
def wall() -> None:
    """The clock runs here: a browser waits by it."""


@pytest.fixture(autouse=True)
def own_calendar() -> Iterator[None]:
    forget()
    yield
    forget()


def entered(browser: Browser, url: str, user: User, **more: object) -> BrowserContext:
    client = Client()
    client.force_login(user)
    more.setdefault("viewport", LAPTOP)
    context = browser.new_context(base_url=url, **more)
    kept = {"sessionid": client.cookies["sessionid"].value, "django_language": "en"}
    context.add_cookies([{"name": k, "value": v, "url": url} for k, v in kept.items()])
    return context


def test_hours_are_made_by_keyboard_an_applicant_is_invited_received_and_the_day_printed(
    committed, live_server, browser, cast, make_appeal
):
    an_official(cast)
    names = {"surname": "Sultanova", "given_name": "Lalə"}
    one = make_appeal(applicant=save_applicant(by=cast.aysel, values=names))
    day = working_calendar().next_working(timezone.localdate())
    head = entered(browser, live_server.url, cast.head).new_page()
    head.goto("/receptions/")
    axe(head)
    head.keyboard.press("m")
    head.get_by_label("Official").select_option(index=1)
    axe(head)
    head.get_by_label("Day", exact=False).first.fill(f"{day:%d.%m.%Y}")
    head.get_by_label("Begins at").fill("10:00")
    head.get_by_label("Ends at").fill("09:00")
    head.keyboard.press("Control+Enter")
    head.get_by_text("It ends before it begins.").first.wait_for()
    assert head.get_by_label("Begins at").input_value() == "10:00"
    axe(head)
    head.get_by_label("Ends at").fill("11:00")
    head.keyboard.press("Control+Enter")
    head.get_by_text("2 hours of reception are made.").wait_for()
    axe(head)

    desk = entered(browser, live_server.url, cast.aysel, color_scheme="dark").new_page()
    desk.goto(one.get_absolute_url())
    desk.locator("#receptions").get_by_role("link", name="Invite to a reception").click()
    axe(desk)
    desk.get_by_label("10:00–10:30").check()
    desk.get_by_label("What is told to the applicant").fill("Müqaviləni gətirin")
    desk.keyboard.press("Control+Enter")
    desk.get_by_role("button", name="The applicant confirms").click()
    desk.get_by_text("Confirmed").first.wait_for()
    axe(desk)

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
    axe(head)
    head.emulate_media(media="print")
    assert head.get_by_role("columnheader", name="Notes").is_visible()
    assert not head.get_by_role("button", name="Show").is_visible()

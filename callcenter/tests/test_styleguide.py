"""The style guide in a real browser: nothing for axe to find, no sideways scroll, and the scripts do what they say."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browsing import LAPTOP, violations

PASSWORD = "kept-only-in-tests"
SIZES = {"laptop": (1366, 768), "phone": (390, 844), "zoomed": (683, 384)}

# The mark makes the test database; its own transaction stays empty, the rows come from `session` below.
pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture(scope="module")
def server(django_db_setup, django_db_blocker) -> Iterator[LiveServer]:
    """Rows are committed for the server to see and removed by hand: emptying tables would touch the journal."""
    patch = pytest.MonkeyPatch()
    # Playwright runs a loop in this thread; the database is still used by one thread only.
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with django_db_blocker.unblock():
        running = LiveServer("localhost")
        yield running
        running.stop()
        Session.objects.all().delete()
    patch.undo()


@pytest.fixture(scope="module")
def session(server) -> Iterator[str]:
    """The key of a signed-in reader's session."""
    reader = get_user_model().objects.create_user("styleguide-reader", password=PASSWORD)
    client = Client()
    client.force_login(reader)
    yield client.cookies["sessionid"].value
    reader.delete()


@pytest.fixture(scope="module")
def browser(session, one_chromium) -> Iterator[Browser]:
    with one_chromium() as opened:
        yield opened


@pytest.fixture
def context(browser, server, session) -> Iterator[BrowserContext]:
    opened = browser.new_context(
        base_url=server.url,
        locale="en",
        reduced_motion="reduce",
        viewport=LAPTOP,
    )
    kept = {"sessionid": session, "django_language": "en"}
    opened.add_cookies(
        [{"name": name, "value": value, "url": server.url} for name, value in kept.items()]
    )
    yield opened
    opened.close()


@pytest.fixture
def page(context) -> Iterator[Page]:
    faults: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console",
        lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
    )
    opened.goto(reverse("styleguide"))
    yield opened
    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page, scheme, size):
    width, height = SIZES[size]
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": height})
    found = violations(page)
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    "opener", ["[popovertarget=me]", "[data-open=keys-help]", "[data-open=sample-dialog]"]
)
def test_opened_menus_and_dialogs_are_accessible(page, opener):
    page.click(opener)
    assert violations(page) == []


def test_the_chosen_theme_is_kept(page):
    page.click("[popovertarget=me]")
    page.click("[data-theme-switch] button[value=dark]")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"


def test_keys_search_help_rows_and_segments(page):
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    expect(page.locator("#keys-help [data-keys]")).to_contain_text("New appeal")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "ÇM-2026-004377"
    page.keyboard.press("2")
    expect(page.locator("#id_kind [value=inquiry]")).to_be_checked()
    page.keyboard.press("n")
    expect(page.locator("#messages")).to_contain_text("The key n came here")
    search = page.locator("#search")
    if search.count():
        page.keyboard.press("/")
        expect(search).to_be_focused()


def test_letters_do_nothing_while_typing_and_can_be_switched_off(page):
    page.fill("#id_text", "")
    page.locator("#id_text").press_sequentially("n2?")
    expect(page.locator("#messages .toast")).to_have_count(0)
    page.locator("#id_text").blur()
    page.click("[data-open=keys-help]")
    page.uncheck("[data-keys-switch]")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("#messages .toast")).to_have_count(0)


def test_a_choice_is_found_by_letters_without_dots(page):
    box = page.locator("#id_topic-box")
    box.fill("cek")
    expect(page.locator("#id_topic-list [role=option]")).to_have_count(1)
    assert violations(page) == []
    box.press("Enter")
    assert page.locator("#id_topic").input_value() == "1"
    expect(box).to_have_value("Vergi › Kassa aparatı › Çek verilməməsi")
    box.fill("yoxdur")
    expect(page.locator("#id_topic-list")).to_contain_text("Nothing found")
    box.press("Tab")
    expect(box).to_have_value("Vergi › Kassa aparatı › Çek verilməməsi")


def test_typed_text_comes_back_after_a_reload(page):
    page.locator("#id_text").fill("Çek verilmir")
    page.locator("#id_kind [value=question]").check()
    expect(page.locator("[data-autosave-state]")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    number = page.locator("#id_client_id").input_value()
    page.reload()
    expect(page.locator("#id_text")).to_have_value("Çek verilmir")
    expect(page.locator("#id_kind [value=question]")).to_be_checked()
    assert page.locator("#id_client_id").input_value() == number


def test_an_ended_session_is_renewed_over_the_page(page, context):
    page.locator("#id_text").fill("typed before")
    context.clear_cookies(name="sessionid")
    page.locator("#id_place-box").fill("kassa")
    expect(page.locator("#session-end")).to_be_visible()
    assert violations(page) == []
    page.fill("#session-password", "wrong")
    page.press("#session-password", "Enter")
    expect(page.locator("[data-session-error]")).to_be_visible()
    page.fill("#session-password", PASSWORD)
    page.press("#session-password", "Enter")
    expect(page.locator("#session-end")).to_be_hidden()
    expect(page.locator("#id_place-list [role=option]")).to_have_count(1)
    expect(page.locator("#id_text")).to_have_value("typed before")


def test_a_form_with_errors_leads_to_its_fields(page):
    page.locator(".summary a", has_text="Day").click()
    assert page.evaluate("document.activeElement.name") == "on"


def test_a_repeated_submit_is_held(page):
    form = page.locator("form[data-autosave]")
    assert (
        form.evaluate("form => { form.addEventListener('submit', e => {}); return form.method }")
        == "post"
    )
    held = form.evaluate(
        """form => new Promise(done => {
             let sent = 0;
             window.addEventListener('submit', event => { if (!event.defaultPrevented) sent += 1; event.preventDefault(); });
             form.requestSubmit(); form.requestSubmit();
             setTimeout(() => done([sent, form.querySelectorAll('button:disabled').length > 0]), 50);
           })"""
    )
    assert held == [1, True]

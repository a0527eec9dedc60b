"""A real Chromium before the real server; what journeys make is emptied after their module.

The browser starts with the first who asks for it and serves the whole process: what one test opened is closed
before the next, and browsers of two tests share nothing.

A module of journeys says that its rows are really committed:

    @pytest.fixture
    def db(open_world: None) -> None: ...
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from people.models import User
from tests.cast import Cast, load_directory, make_cast

PASSWORD = "kept-only-in-tests"
LAPTOP = {"width": 1366, "height": 768}
#: How long a thing may take on a machine that does much else, in milliseconds; costs only what fails.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)
#: The popup under Chromium's own address bar is a page as well: each window loaded two of them, which took
#: several times what a page of ours does, for a bar that nobody sees here.
UNSEEN = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "SpareRendererForSitePerProcess",
]
#: Chromium heeds only the last list of what is switched off, so those of Playwright stand here again.
OFF = [
    *UNSEEN, "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding",
    "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints",
    "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch", "Translate",
]  # fmt: skip
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", f"--disable-features={','.join(OFF)}",
]  # fmt: skip


@dataclass
class Door:
    """Lets people in through browsers of their own."""

    url: str
    browser: Browser
    faults: list[str] = field(default_factory=list)
    opened: list[BrowserContext] = field(default_factory=list)

    def context(self, user: User, **more: Any) -> BrowserContext:
        """A browser in which this person is signed in; English unless `language` says otherwise."""
        language = more.pop("language", "en")
        values: dict[str, Any] = {"viewport": LAPTOP, "reduced_motion": "reduce", **more}
        made = self.browser.new_context(base_url=self.url, **values)
        client = Client()
        client.force_login(user)
        kept = {"sessionid": client.cookies["sessionid"].value, "django_language": language}
        made.add_cookies([{"name": name, "value": each, "url": self.url} for name, each in kept.items()])  # fmt: skip
        made.set_default_timeout(PATIENCE)
        made.on("page", self._watch)
        self.opened.append(made)
        return made

    def enter(self, user: User, path: str = "/", **more: Any) -> Page:
        """A page of a new browser in which this person is signed in."""
        page = self.context(user, **more).new_page()
        page.goto(path)
        return page

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on(
            "console",
            lambda said: (
                self.faults.append(said.text) if "Content Security Policy" in said.text else None
            ),
        )

    def leave(self) -> None:
        """Close every browser; no script of ours may have broken meanwhile."""
        while self.opened:
            self.opened.pop().close()
        faults, self.faults[:] = list(self.faults), []
        assert faults == []


@pytest.fixture(scope="module")
def open_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Rows are really committed, for the server's threads to see, and emptied after the module."""
    patch = pytest.MonkeyPatch()
    # Playwright runs a loop in this thread; the database is still used by one thread only.
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with django_db_blocker.unblock():
        yield
        assert str(connection.settings_dict["NAME"]).startswith("test_")
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
        connections.close_all()
    patch.undo()


@pytest.fixture(scope="session")
def one_chromium() -> Iterator[Callable[[], AbstractContextManager[Browser]]]:
    """`with one_chromium() as browser`: what is opened meanwhile is closed at the end."""
    play = sync_playwright().start()
    started = play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
    # Playwright leaves its loop running in this thread, for which Django keeps connections of their own:
    # nobody without a browser is to find it.
    loop = asyncio.get_running_loop()
    asyncio._set_running_loop(None)

    @contextmanager
    def use() -> Iterator[Browser]:
        asyncio._set_running_loop(loop)
        try:
            yield started
        finally:
            for context in list(started.contexts):
                context.close()
            connections.close_all()
            asyncio._set_running_loop(None)

    yield use
    asyncio._set_running_loop(loop)
    started.close()
    play.stop()


@pytest.fixture(scope="module")
def chromium(
    open_world: None, one_chromium: Callable[[], AbstractContextManager[Browser]]
) -> Iterator[Browser]:
    with one_chromium() as browser:
        yield browser


@pytest.fixture
def browser(
    monkeypatch: pytest.MonkeyPatch, one_chromium: Callable[[], AbstractContextManager[Browser]]
) -> Iterator[Browser]:
    """For one test that says itself how its rows are kept."""
    # Playwright runs a loop in this thread; the database is still used by one thread only.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with one_chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def house(chromium: Browser) -> Iterator[str]:
    """The address of the running server."""
    running = LiveServer("localhost")
    yield running.url
    running.stop()


@pytest.fixture(scope="module")
def people(house: str) -> Cast:
    """The cast, in the real directory, each with a password."""
    load_directory()
    made = make_cast()
    for user in vars(made).values():
        if isinstance(user, User):
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
    return made


@pytest.fixture
def door(db: None, chromium: Browser, house: str, people: Cast) -> Iterator[Door]:
    made = Door(house, chromium)
    yield made
    made.leave()


def violations(page: Page, context: Any = None, **options: Any) -> list[dict[str, Any]]:
    """The rules of axe that the page breaks, in the whole of it or in the part that `context` names."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    # What holds is not told: it would be many times the page.
    return page.evaluate(
        "([context, options]) => axe.run(context ?? document, options).then((all) => all.violations)",
        [context, {"resultTypes": ["violations"], **options}],
    )


def axe(page: Page, context: Any = None, **options: Any) -> None:
    """Nothing for axe to find, and no sideways scroll."""
    found = violations(page, context, **options)
    told = [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found]
    assert told == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.fixture
def eventually() -> Callable[[Callable[[], Any]], Any]:
    """Ask again until it is so; for what the browser does in its own time."""
    import time

    def ask(question: Callable[[], Any], seconds: float = 8) -> Any:
        until = time.monotonic() + seconds
        while not (found := question()) and time.monotonic() < until:
            time.sleep(0.05)
        return found

    return ask

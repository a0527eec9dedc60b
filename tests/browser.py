"""A real browser before the whole service: pages in threads, the live stream beside them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
import uvicorn
from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page

from callcenter import live
from callcenter.wsgi import application as pages
from people.models import User


@pytest.fixture
def served(committed: None) -> Iterator[str]:
    """The address of the service as it runs, `/live/` included."""
    in_threads = WSGIMiddleware(StaticFilesHandler(pages), workers=4)

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/live/":
            await live.stream(scope, receive, send)
        elif scope["type"] == "http":
            await in_threads(scope, receive, send)

    config = uvicorn.Config(
        application, host="127.0.0.1", port=0, log_level="critical", lifespan="off",
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    runs = threading.Thread(target=server.run)
    runs.start()
    while not server.started:
        assert runs.is_alive(), "the service did not start"
    host, port = server.servers[0].sockets[0].getsockname()
    yield f"http://{host}:{port}"
    server.should_exit = True
    runs.join(10)
    with connection.cursor() as cursor:
        # The threads kept their connections; a database in use is not taken down.
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def chromium(
    served: str,
    monkeypatch: pytest.MonkeyPatch,
    one_chromium: Callable[[], AbstractContextManager[Browser]],
) -> Iterator[Browser]:
    # Playwright runs a loop in this thread; the database is still used by one thread only.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with one_chromium() as browser:
        yield browser


@pytest.fixture
def seat(chromium: Browser, served: str) -> Callable[..., Page]:
    """`seat(user)`: a page of one's own, signed in; 1366x768 unless told otherwise."""

    def sit(user: User, **more: Any) -> Page:
        client = Client()
        client.force_login(user)
        more = {"viewport": {"width": 1366, "height": 768}, "locale": "en-GB", **more}
        context = chromium.new_context(base_url=served, **more)
        context.set_default_timeout(10_000)
        name = settings.SESSION_COOKIE_NAME
        kept = {name: client.cookies[name].value, settings.LANGUAGE_COOKIE_NAME: "en"}
        context.add_cookies(
            [{"name": key, "value": value, "url": served} for key, value in kept.items()]
        )
        return context.new_page()

    return sit

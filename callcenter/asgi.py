"""The web server's entry: /live/ is a stream kept open by the event loop, everything else is Django in threads.

The threads live as long as the process, so each keeps its database connection.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

from a2wsgi import WSGIMiddleware
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")

from callcenter import env, live
from callcenter.wsgi import application as pages

# A thread back from the database waits this long for one that computes: with Python's usual five
# milliseconds whoever holds a lock makes everybody wait for its place in the queue.
sys.setswitchinterval(0.0005)
# What is loaded now lives as long as the process, and a page makes thousands of objects that die with it:
# looking for cycles after every 700 of them took a tenth of a page's time.
gc.freeze()
gc.set_threshold(20_000, 20, 50)
THREADS = env.number("WEB_THREADS", 8, at_least=1)
in_threads = WSGIMiddleware(pages, workers=THREADS)


def _is_endless(scope: dict[str, Any]) -> bool:
    """Whether a body is longer than may be, or does not say how long it is."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"0")
    too_long = length.isdigit() and int(length) > settings.LARGEST_REQUEST
    return too_long or b"transfer-encoding" in headers


def _closing(send: Any) -> Any:
    """The answer ends the connection: else the server reads on to the end of the body."""

    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await send(message)

    return sending


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """One process serves pages and streams alike."""
    if scope["type"] == "http" and scope["path"] == "/live/":
        await live.stream(scope, receive, send)
    elif scope["type"] == "http" and _is_endless(scope):
        await in_threads(scope, receive, _closing(send))
    else:
        await in_threads(scope, receive, send)

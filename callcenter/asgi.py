"""The web server's entry: /live/ is a stream kept open by the event loop, everything else is Django in threads.

The threads live as long as the process, so each keeps its database connection.
"""

from __future__ import annotations

import os
from typing import Any

from a2wsgi import WSGIMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")

from callcenter import env, live
from callcenter.wsgi import application as pages

THREADS = env.number("WEB_THREADS", 8, at_least=1)
in_threads = WSGIMiddleware(pages, workers=THREADS)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """One process serves pages and streams alike."""
    if scope["type"] == "http" and scope["path"] == "/live/":
        await live.stream(scope, receive, send)
    else:
        await in_threads(scope, receive, send)

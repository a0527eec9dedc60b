"""The product's own entry with a stopwatch around it: Server-Timing says what the server took."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from a2wsgi import WSGIMiddleware

from callcenter import asgi, wsgi


def counted(pages: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Adds how many statements a request asked and how long they took."""
    from django.db import connection

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked = [0, 0.0]

        def watch(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
            began = time.perf_counter()
            try:
                return execute(sql, params, many, context)
            finally:
                asked[0] += 1
                asked[1] += time.perf_counter() - began

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            told = f'sql;dur={asked[1] * 1000:.2f};desc="{asked[0]}"'
            return start_response(status, [*headers, ("Server-Timing", told)], *more)

        with connection.execute_wrapper(watch):
            return pages(environ, start)

    return answer


def undone(pages: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Whatever is written is taken back when the answer stands, so that the world stays as it is."""
    from django.core import signals
    from django.db import close_old_connections, transaction

    # They would take the open transaction for one that was forgotten.
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] == "/sign-in/":
            return pages(environ, start_response)
        with transaction.atomic():
            told = pages(environ, start_response)
            body = list(told)
            getattr(told, "close", bool)()
            transaction.set_rollback(True)
        return body

    return answer


_pages = undone(wsgi.application) if os.environ.get("BENCH_UNDONE") else wsgi.application
asgi.in_threads = WSGIMiddleware(counted(_pages), workers=asgi.THREADS)


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The time from the request's arrival to the first byte of its answer."""
    if scope["type"] != "http":
        await asgi.application(scope, receive, send)
        return
    began = time.perf_counter()

    async def timed(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            took = (time.perf_counter() - began) * 1000
            told = f"app;dur={took:.2f}".encode()
            message = message | {"headers": [*message["headers"], (b"server-timing", told)]}
        await send(message)

    await asgi.application(scope, receive, timed)

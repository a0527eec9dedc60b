"""A system of document circulation on loopback that answers as a test tells it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from routing.edms.backends import signature

SECRET = "məxfi açar"


class EdmsServer(ThreadingHTTPServer):
    """`mode` says how it answers; what one key brought is registered once, as a real system does."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mode = "take"
        self.calls: list[dict[str, Any]] = []
        self.registered: dict[str, str] = {}  # key to the number there
        self.forged = 0
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/memos"


class _Handler(BaseHTTPRequestHandler):
    server: EdmsServer

    def do_POST(self) -> None:
        server, mode = self.server, self.server.mode
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = signature(SECRET, self.headers["X-Timestamp"], body)
        if signed != self.headers["X-Signature"]:
            server.forged += 1
        told = json.loads(body)
        server.calls.append(told)
        key = self.headers["Idempotency-Key"]
        if mode in ("refuse", "never"):
            return self._answer(503 if mode == "refuse" else 422, b"")
        if mode != "hang":
            server.registered.setdefault(key, f"12-{len(server.registered) + 1}/ESD")
        if mode in ("hang", "take and hang"):
            server.released.wait(20)
            return None
        if mode == "garbage":
            return self._answer(200, b"<html>\xff")
        answer = {"id": f"e-{key[:8]}", "key": key, "appeal": told["appeal"]}
        if mode in ("number", "other appeal"):
            answer |= {"number": server.registered[key], "date": "2026-07-01"}
        if mode == "other appeal":
            answer["appeal"] = "ÇM-0000-2026"
        if mode == "other memo":
            answer["key"] = "00000000-0000-0000-0000-000000000000"
        sent = json.dumps(answer).encode()
        # Twice: the same answer once more on the same connection.
        return self._answer(200, sent * (2 if mode == "twice" else 1), len(sent))

    def _answer(self, status: int, body: bytes, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Silent."""


@contextmanager
def running() -> Iterator[EdmsServer]:
    server = EdmsServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()

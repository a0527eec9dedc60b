"""An SMS gateway on loopback that answers as a test tells it, and keeps what it was handed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class SmsServer(ThreadingHTTPServer):
    """`mode` says how it answers; what one key brought is sent once, as a real gateway does."""

    mode = "take"
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.seen: list[str] = []  # keys, in the order of the calls
        self.bodies: list[dict[str, Any]] = []
        self.sent: dict[str, str] = {}  # key to reference: what really left
        self.states: list[dict[str, Any]] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: SmsServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = self.server
        if self.path == "/states":
            return self._answer(200, json.dumps({"states": server.states}).encode())
        key = self.headers["Idempotency-Key"]
        server.seen.append(key)
        server.bodies.append(body)
        mode = server.mode
        if mode in ("take", "take and hang", "take twice"):
            server.sent.setdefault(key, f"g-{len(server.sent) + 1}")
        if mode in ("hang", "take and hang"):
            server.released.wait(20)
            return None
        if mode == "hang up":
            self.close_connection = True
            return None
        if mode == "drip":
            return self._drip()
        answers = {
            "refuse": (503, b""),
            "busy": (429, b""),
            "never": (422, b'{"error": "bad number"}'),
            "garbage": (200, b"<html>"),
            "no id": (200, b"{}"),
            "a list": (200, b"[1]"),
            "endless": (200, b" " * 200_000),
        }
        taken = (200, json.dumps({"id": server.sent.get(key, "")}).encode())
        status, answer = answers.get(mode, taken)
        # Twice: the same answer once more on the same connection.
        return self._answer(status, answer * (2 if mode == "take twice" else 1), len(answer))

    def _answer(self, status: int, body: bytes, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if status == 429:
            self.send_header("Retry-After", "3600")
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """A byte now and then: each alone comes in time, the answer never does."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        while not self.server.released.is_set():
            try:
                self.wfile.write(b" ")
            except OSError:
                return
            time.sleep(0.2)

    def log_message(self, *args: object) -> None:
        return


@contextmanager
def running() -> Iterator[SmsServer]:
    server = SmsServer()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()

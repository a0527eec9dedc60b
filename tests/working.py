"""What a journey needs beside a browser: a Celery worker of its own process, and an SMS gateway that answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from callcenter.celery import app

#: Seconds a worker may take to leave.
PATIENCE = 15


class SmsGateway(ThreadingHTTPServer):
    """Takes messages as a provider does: the same key again is the same message."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.messages: dict[str, dict[str, str]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/messages"


class _Taking(BaseHTTPRequestHandler):
    server: SmsGateway

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        self.server.messages[key] = body
        answer = json.dumps({"id": key}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words: object) -> None:
        """Nothing of it is worth a line."""


@contextmanager
def sms_gateway() -> Iterator[SmsGateway]:
    gateway = SmsGateway()
    threading.Thread(target=gateway.serve_forever, daemon=True).start()
    try:
        yield gateway
    finally:
        gateway.shutdown()
        gateway.server_close()


def database_url() -> str:
    """The address of the test database, for another process."""
    at = connection.settings_dict
    assert str(at["NAME"]).startswith("test_")
    who = quote(str(at["USER"]), safe="")
    if at.get("PASSWORD"):
        who += f":{quote(str(at['PASSWORD']), safe='')}"
    port = f":{at['PORT']}" if at.get("PORT") else ""
    return f"postgres://{who}@{quote(str(at['HOST']), safe='')}{port}/{at['NAME']}"


@contextmanager
def celery_worker(log: Path, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker on the test database and this process's own Redis."""
    app.control.purge()
    own = {
        "DATABASE_URL": database_url(),
        "REDIS_URL": settings.REDIS_URL,
        "DEBUG": "1",
        "FILES_DIR": str(settings.MEDIA_ROOT),
        **environment,
    }
    command = [sys.executable, "-m", "celery", "-q", "-A", "callcenter", "worker", "-P", "solo", "-l", "warning"]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=os.environ | own, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()

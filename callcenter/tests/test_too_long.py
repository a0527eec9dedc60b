"""A body longer than may be, through the web server of production: refused early, hardly read."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn

#: What may be on its way in buffers when the answer comes, bytes.
UNDERWAY = 16 << 20
PIECE = 1 << 20


@pytest.fixture
def port() -> Iterator[int]:
    server = uvicorn.Server(
        uvicorn.Config("callcenter.asgi:application", port=0, log_level="error", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)


def head(port: int, more: str) -> bytes:
    lines = ["POST /desk/ HTTP/1.1", f"Host: localhost:{port}", "Content-Type: multipart/form-data; boundary=x", more]  # fmt: skip
    return "\r\n".join([*lines, "", ""]).encode()


def test_two_gigabytes_are_refused_by_their_declared_length(port: int, tmp_path: Path) -> None:
    body = tmp_path / "video"
    with body.open("wb") as out:
        out.truncate(2 << 30)
    with (
        socket.create_connection(("localhost", port), timeout=20) as line,
        body.open("rb") as sparse,
    ):
        line.sendall(head(port, f"Content-Length: {2 << 30}"))
        answer = line.recv(4096)
        assert answer.startswith(b"HTTP/1.1 413")
        assert b'"code": "too_long"' in answer or b'"code": "too_long"' in line.recv(4096)
        sent = 0
        try:
            while piece := sparse.read(PIECE):
                line.sendall(piece)
                sent += len(piece)
        except OSError:
            pass
    assert sent < UNDERWAY


def test_a_body_without_an_end_is_not_read_on(port: int) -> None:
    with socket.create_connection(("localhost", port), timeout=20) as line:
        line.sendall(head(port, "Transfer-Encoding: chunked"))
        sent = 0
        try:
            while sent < UNDERWAY * 4:
                line.sendall(f"{PIECE:x}\r\n".encode() + bytes(PIECE) + b"\r\n")
                sent += PIECE
        except OSError:
            pass
    assert sent < UNDERWAY

"""The virus scan: clamd over its socket, asked while no transaction is open.

`CLAMD_URL` is tcp://host:3310 or unix:///run/clamav/clamd.ctl; without it a file is "not scanned".
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from appeals.models import Attachment

#: Longest wait for one answer of the scanner, seconds.
PATIENCE = 20
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Verdict:
    """What the scanner said; `name` is what it found."""

    scan: str
    name: str = ""


def scan(pieces: Iterable[bytes]) -> Verdict:
    """Infected, clean, not scanned (nothing is configured) or failed (no answer: asked again)."""
    if not settings.CLAMD_URL:
        return Verdict(Attachment.Scan.NOT_SCANNED)
    try:
        with _connected(settings.CLAMD_URL) as line:
            answer = _ask(line, pieces)
    except OSError:
        return Verdict(Attachment.Scan.FAILED)
    words = answer.removeprefix("stream:").strip()
    if words == "OK":
        return Verdict(Attachment.Scan.CLEAN)
    if words.endswith("FOUND"):
        return Verdict(Attachment.Scan.INFECTED, words.removesuffix("FOUND").strip()[:100])
    return Verdict(Attachment.Scan.FAILED)


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(PATIENCE)
        line.connect(parts.path)
        return line
    return socket.create_connection((parts.hostname or "localhost", parts.port or 3310), PATIENCE)


def _ask(line: socket.socket, pieces: Iterable[bytes]) -> str:
    """INSTREAM: each piece after its length, an empty one ends; the answer ends with a zero."""
    line.sendall(b"zINSTREAM\0")
    for piece in pieces:
        for start in range(0, len(piece), _PIECE):
            part = piece[start : start + _PIECE]
            line.sendall(struct.pack("!I", len(part)) + part)
    line.sendall(struct.pack("!I", 0))
    answer = b""
    while not answer.endswith(b"\0"):
        got = line.recv(4096)
        if not got:
            break
        answer += got
    return answer.rstrip(b"\0").decode("utf-8", "replace")

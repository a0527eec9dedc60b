"""JSON handed to another system over HTTP, and what of its answers means: never, later, or gone wrong."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

#: Longest answer that is read, bytes.
LARGEST = 100_000
#: Answers that mean the message itself is wrong, not the moment.
FINAL = (400, 404, 410, 413, 422)
LONGEST_WAIT = 24 * 3600


class Undelivered(Exception):
    """The other side refused, was silent, or answered what cannot be read; the text says which."""

    def __init__(self, words: str, *, again_in: int = 0) -> None:
        super().__init__(words)
        self.again_in = again_in  # seconds the other side asks us to wait, 0 where it does not


class Refused(Undelivered):
    """The other side will never take this: trying again is of no use."""


def post_json(address: str, body: bytes, headers: Mapping[str, str], *, patience: int) -> object:
    """JSON there and back, within `patience` seconds in all; raises Undelivered, or Refused."""
    told = {"Content-Type": "application/json", **headers}
    request = urllib.request.Request(address, data=body, headers=told)
    ends_at = time.monotonic() + patience
    try:
        with urllib.request.urlopen(request, timeout=patience) as reply:
            return json.loads(_read_in_time(reply, ends_at))
    except urllib.error.HTTPError as error:
        words = f"HTTP {error.code}"
        if error.code in FINAL:
            raise Refused(words) from error
        raise Undelivered(words, again_in=_asked_wait(error.headers.get("Retry-After"))) from error
    except (OSError, http.client.HTTPException) as error:
        raise Undelivered(type(error).__name__) from error
    except ValueError as error:
        raise Undelivered("the answer was not JSON") from error


def _read_in_time(reply: http.client.HTTPResponse, ends_at: float) -> bytes:
    """The answer, at most `LARGEST` bytes; one that drips is cut when the time is over."""
    found = b""
    while piece := reply.read1(LARGEST):
        found += piece
        if len(found) > LARGEST:
            raise ValueError("too long")
        if time.monotonic() > ends_at:
            raise TimeoutError
    return found


def _asked_wait(given: str | None) -> int:
    return min(int(given), LONGEST_WAIT) if given and given.isascii() and given.isdigit() else 0

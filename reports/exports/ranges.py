"""Files handed out in parts: a broken download goes on from where it stopped (RFC 9110, 14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

BLOCK = 256 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def asked_range(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None | bool:
    """First and last byte asked for; None for the whole, False for what cannot be given."""
    found = RANGE.fullmatch(request.headers.get("Range", "").strip())
    if found is None:  # none, several, or another unit: the whole is a right answer
        return None
    # The part fits only onto the file it was begun from.
    if request.headers.get("If-Range", etag) != etag:
        return None
    first, last = found[1][:18], found[2][:18]
    if not first and not last:
        return None
    if not first:
        begin, end = max(0, size - int(last)), size - 1
    else:
        begin, end = int(first), min(int(last) if last else size - 1, size - 1)
    if begin > end or begin >= size:
        return False
    return begin, end


def handed_out(
    request: HttpRequest, file: IO[bytes], size: int, name: str, content_type: str, sha256: str
) -> HttpResponseBase:
    """The file or the part of it that was asked for; the file is closed when it is sent."""
    etag = f'"{sha256}"'
    part = asked_range(request, size, etag)
    if part is False:
        file.close()
        refused = HttpResponse(status=416)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    begin, end = part if isinstance(part, tuple) else (0, size - 1)
    response = StreamingHttpResponse(
        _blocks(file, begin, end - begin + 1),
        content_type=content_type,
        status=206 if part else 200,
    )
    response["Content-Length"] = str(end - begin + 1)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-store"
    if part:
        response["Content-Range"] = f"bytes {begin}-{end}/{size}"
    return response


def _blocks(file: IO[bytes], begin: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(begin)
        while length > 0:
            block = file.read(min(BLOCK, length))
            if not block:
                return
            length -= len(block)
            yield block

"""Ways to the other side. A parcel carries its key: handed over twice, it arrives once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import shutil
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from callcenter.outgoing import Refused, Undelivered, post_json


@dataclass(frozen=True)
class Parcel:
    """One memo with its files."""

    key: str
    appeal: str
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Receipt:
    """What the other side said at once: its reference, and what it told of the memo, if anything."""

    reference: str
    told: dict[str, Any] = field(default_factory=dict)


class Backend(Protocol):
    """Hands a parcel over; raises Undelivered, or Refused where trying again is of no use."""

    def send(self, parcel: Parcel) -> Receipt: ...


class Folder:
    """The default: a folder of the memo appears in `out` at once, whole, or not at all."""

    def send(self, parcel: Parcel) -> Receipt:
        out = Path(settings.EDMS_FOLDER) / "out"
        place, made = out / parcel.key, out / f".{parcel.key}.{uuid.uuid4().hex}"
        try:
            if not place.exists():
                made.mkdir(parents=True)
                for name, content in parcel.files.items():
                    _write(made / name, content)
                _sync(made)
                try:
                    made.rename(place)
                except OSError:
                    # Another worker was first: the same memo lies there.
                    if not place.exists():
                        raise
                    shutil.rmtree(made, ignore_errors=True)
                _sync(out)
        except OSError as error:
            shutil.rmtree(made, ignore_errors=True)
            raise Undelivered(type(error).__name__) from error
        return Receipt(f"folder:{parcel.key}")


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """The name itself is on the disk, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Http:
    """POSTs JSON to EDMS_URL, signed like what we hear: X-Signature is the HMAC-SHA256 of
    "<X-Timestamp>.<body>". The reply is JSON with an `id`, and perhaps `number`, `date`, `appeal`."""

    def send(self, parcel: Parcel) -> Receipt:
        body = json.dumps(
            {
                "key": parcel.key,
                "appeal": parcel.appeal,
                "files": {
                    name: base64.b64encode(content).decode()
                    for name, content in sorted(parcel.files.items())
                },
            }
        ).encode()
        told = _post(body, parcel.key)
        if not isinstance(told, dict) or not told.get("id"):
            raise Undelivered("the answer named no id")
        if told.get("key", parcel.key) != parcel.key:
            raise Refused("the answer named another memo")
        if told.get("appeal", parcel.appeal) != parcel.appeal:
            raise Refused("the answer named another appeal")
        return Receipt(str(told["id"])[:120], told)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """The same on both ways."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _post(body: bytes, key: str) -> object:
    stamp = str(int(time.time()))
    headers = {
        "Idempotency-Key": key,
        "X-Timestamp": stamp,
        "X-Signature": signature(settings.EDMS_SECRET, stamp, body),
    }
    return post_json(settings.EDMS_URL, body, headers, patience=settings.EDMS_PATIENCE)


BACKENDS = {
    "folder": "routing.edms.backends.Folder",
    "http": "routing.edms.backends.Http",
}


def backend() -> Backend:
    """The one the setting names, by its short name or by its path."""
    named = settings.EDMS_BACKEND
    made: Backend = import_string(BACKENDS.get(named, named))()
    return made

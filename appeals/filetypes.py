"""What a file is by its content; its name is only what people call it.

The table holds every type an installation may allow (the setting `attachment_types` chooses among
them). A container that only looks alike is told apart: a ZIP is a document only with the parts of
one, and a document with macros is none.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from typing import BinaryIO

#: Bytes of the beginning that decide.
HEAD = 4096
#: Most parts a packed document may list; more is a trap, not a document.
MOST_PARTS = 5000

UNKNOWN = "application/octet-stream"
OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class FileType:
    """A type by the ending people know it by."""

    ending: str
    media: str
    shown: bool = False  # may be shown inside a page


TYPES: dict[str, FileType] = {
    kind.ending: kind
    for kind in (
        FileType("pdf", "application/pdf", shown=True),
        FileType("jpg", "image/jpeg", shown=True),
        FileType("png", "image/png", shown=True),
        FileType("gif", "image/gif", shown=True),
        FileType("webp", "image/webp", shown=True),
        FileType("tif", "image/tiff"),
        FileType("docx", f"{OFFICE}.wordprocessingml.document"),
        FileType("xlsx", f"{OFFICE}.spreadsheetml.sheet"),
        FileType("pptx", f"{OFFICE}.presentationml.presentation"),
        FileType("odt", "application/vnd.oasis.opendocument.text"),
        FileType("ods", "application/vnd.oasis.opendocument.spreadsheet"),
        FileType("doc", "application/x-ole-storage"),
        FileType("mp3", "audio/mpeg"),
        FileType("wav", "audio/wav"),
        FileType("ogg", "audio/ogg"),
        FileType("m4a", "audio/mp4"),
        FileType("txt", "text/plain"),
        FileType("zip", "application/zip"),
    )
}
#: Other endings of the same types.
ALIASES = {"jpeg": "jpg", "tiff": "tif", "xls": "doc", "ppt": "doc", "opus": "ogg"}
SHOWN = frozenset(kind.media for kind in TYPES.values() if kind.shown)

_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "pdf"),
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (8, b"WEBP", "webp"),
    (0, b"II*\x00", "tif"),
    (0, b"MM\x00*", "tif"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
    (0, b"ID3", "mp3"),
    (8, b"WAVE", "wav"),
    (0, b"OggS", "ogg"),
    (4, b"ftypM4A", "m4a"),
)
_PARTS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_NOT_TEXT = (frozenset(range(0x20)) - {0x09, 0x0A, 0x0C, 0x0D}) | {0x7F}
_PAGES = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script")


def type_of(file: BinaryIO) -> FileType | None:
    """The type its content proves, or nothing. The file is left at its beginning."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    found = next((ending for at, mark, ending in _MARKS if head[at:].startswith(mark)), "")
    if not found and head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        found = _packed(file)
        file.seek(0)
    if not found and head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xf3", b"\xf2", b"\xfa"):
        found = "mp3"
    if not found and _is_text(head):
        found = "txt"
    return TYPES.get(found)


def allowed(setting: str) -> set[str]:
    """Endings of the setting "pdf, docx, jpeg", by their own names; unknown ones are passed over."""
    named = (ending.strip().lower().lstrip(".") for ending in setting.split(","))
    return {ALIASES.get(ending, ending) for ending in named} & TYPES.keys()


def _packed(file: BinaryIO) -> str:
    """Which document a ZIP is; a plain ZIP otherwise, nothing when it cannot be read."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = packed.namelist()
            if len(names) > MOST_PARTS:
                return ""
            if "mimetype" in names:
                media = packed.open("mimetype").read(80).decode("ascii", "replace").strip()
                return next((key for key, kind in TYPES.items() if kind.media == media), "zip")
    # What zipfile raises on broken, unusually packed and encrypted files, and on sizes that are lies.
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return ""
    if "[Content_Types].xml" not in names:
        return "zip"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return ""
    return next((kind for part, kind in _PARTS.items() if any(n.startswith(part) for n in names)), "")  # fmt: skip


def _is_text(head: bytes) -> bool:
    """Words in UTF-8 without control signs; a letter may be cut where a long head ends."""
    if not head or _NOT_TEXT.intersection(head) or head.lstrip().lower().startswith(_PAGES):
        return False
    for cut in range(4 if len(head) == HEAD else 1):
        try:
            head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False

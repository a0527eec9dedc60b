"""The columns of the directory's CSV: how a cell is written, and how it is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email, validate_slug
from django.utils.translation import gettext as _

from people.models import Structure
from people.models.structure import Category

#: A cell beginning so would be computed by a spreadsheet; it is written with an apostrophe.
COMPUTED = ("=", "+", "-", "@", "\t")


class Wrong(ValueError):
    """A cell that cannot be what its column holds; its words are for people."""


@dataclass(frozen=True)
class Column:
    """A column: the attribute it fills, reading and writing. Codes of rows are resolved later."""

    name: str
    read: Callable[[str], Any]
    write: Callable[[Structure], str]


def guarded(text: str) -> str:
    """The cell as a spreadsheet may open it."""
    return f"'{text}" if text.startswith(COMPUTED) else text


def unguarded(text: str) -> str:
    """The cell as it was meant."""
    text = text.strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(COMPUTED) else text


def _words(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest:
            raise Wrong(_("Longer than %(longest)d characters.") % {"longest": longest})
        return text

    return read


def _code(text: str) -> str:
    try:
        validate_slug(text)
    except ValidationError:
        raise Wrong(_("A code has Latin letters, digits, hyphens and underscores.")) from None
    return _words(60)(text)


def _link(text: str) -> str:
    return _code(text) if text else ""


def _category(text: str) -> str:
    if text not in Category.values:
        raise Wrong(_("One of: %(words)s.") % {"words": ", ".join(Category.values)})
    return text


def _email(text: str) -> str:
    if text:
        try:
            validate_email(text)
        except ValidationError:
            raise Wrong(_("This is no e-mail address.")) from None
    return text


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise Wrong(_("Write a number."))
    return int(text)


def _time(text: str) -> dt.time | None:
    if not text:
        return None
    try:
        return dt.datetime.strptime(text, "%H:%M").time()
    except ValueError:
        raise Wrong(_("Write the time as 09:00.")) from None


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    for written in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(text, written).date()
        except ValueError:
            continue
    raise Wrong(_("Write the day as 2026-11-23 or 23.11.2026."))


def _codes(text: str) -> tuple[str, ...]:
    return tuple(sorted({_code(part) for part in text.replace(",", " ").split()}))


def _attribute(name: str) -> Callable[[Structure], str]:
    def write(row: Structure) -> str:
        value = getattr(row, name)
        if isinstance(value, dt.time):
            return f"{value:%H:%M}"
        return "" if value is None else str(value)

    return write


def _columns() -> tuple[Column, ...]:
    texts = {
        **{f"name_{code}": 250 for code in ("az", "en", "ru")},
        **{f"short_{code}": 80 for code in ("az", "en", "ru")},
        "phone": 60, "address": 250, "source": 250,
    }  # fmt: skip
    read: dict[str, Callable[[str], Any]] = {
        "code": _code, "category": _category,
        **{name: _words(longest) for name, longest in texts.items()},
        "email": _email, "answers_within": _number, "opens_at": _time, "closes_at": _time,
        "valid_from": _day, "valid_to": _day,
    }  # fmt: skip
    plain = {name: Column(name, reader, _attribute(name)) for name, reader in read.items()}
    rows = {
        "parent": Column("parent", _link, lambda row: row.parent.code if row.parent else ""),
        "successor": Column(
            "successor", _link, lambda row: row.successor.code if row.successor else ""
        ),
        "competence": Column(
            "competence", _codes,
            lambda row: " ".join(sorted(each.topic.code for each in row.competence.all())),
        ),
    }  # fmt: skip
    order = (
        "code", "category", "parent", "name_az", "name_en", "name_ru", "short_az", "short_en",
        "short_ru", "competence", "phone", "email", "address", "answers_within", "opens_at",
        "closes_at", "valid_from", "valid_to", "successor", "source",
    )  # fmt: skip
    return tuple((plain | rows)[name] for name in order)


COLUMNS = {column.name: column for column in _columns()}

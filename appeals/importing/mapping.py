"""The mapping file: which column is which, how dates are written, what values mean here."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import translate
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

EXAMPLES = Path(__file__).resolve().parent / "examples"
#: What a column may be; the needed ones first.
NEEDED = ("registered_at", "text", "topic", "kind")
TARGETS = (
    *NEEDED, "key", "received_at", "answered_at", "closed_at", "due_at", "moved_at", "status",
    "outcome", "ground", "channel", "language", "region", "structure", "complained_structure",
    "complained_official", "answer", "answer_source", "applicant", "surname", "given_name",
    "patronymic", "organisation", "fin", "voen", "phone", "email", "address", "is_restricted",
)  # fmt: skip
#: Targets whose value is one of ours and may be translated.
TRANSLATED = (
    "kind", "topic", "structure", "complained_structure", "status", "outcome", "ground", "channel",
    "language", "region", "is_restricted",
)  # fmt: skip
SECTIONS = {
    "source", "encoding", "delimiter", "sheet", "timezone", "blank", "columns", "dates", "constants",
    "values", "terms", "structures", "topics", "title",
}  # fmt: skip
ANY = "*"


class BadMapping(Exception):
    """The mapping file cannot be used; the text is one line for a person."""


@dataclass(frozen=True)
class Column:
    """Where a value comes from: the first of these columns the file has, or several joined."""

    names: tuple[str, ...]
    join: str | None = None


@dataclass
class Mapping:
    """A mapping as read; see examples/nyc311.toml for every part explained."""

    source: str
    columns: dict[str, Column]
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    patterns: dict[str, list[tuple[re.Pattern[str], str]]] = field(default_factory=dict)
    date_formats: tuple[str, ...] = ()
    day_first: bool = True
    zone: dt.tzinfo = zoneinfo.ZoneInfo("Asia/Baku")
    blank: frozenset[str] = frozenset()
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    terms: str = "file"
    structures: list[dict[str, Any]] = field(default_factory=list)
    topics: list[dict[str, Any]] = field(default_factory=list)

    def fits(self, header: Sequence[str]) -> int:
        """How many of the mapped columns the header has; 0 when a needed one is missing."""
        return 0 if self.lacking(header) else len(self.places(header))

    def lacking(self, header: Sequence[str]) -> list[str]:
        """Needed columns the header has not; the key too, when the mapping names one."""
        found = self.places(header)
        needed = [name for name in NEEDED if name not in self.constants]
        needed += ["key"] if "key" in self.columns else []
        return [name for name in needed if name not in found]

    def places(self, header: Sequence[str]) -> dict[str, list[int]]:
        """For every target the positions of its columns."""
        known: dict[str, int] = {}
        for at, name in enumerate(header):
            known.setdefault(plain(name), at)
        found: dict[str, list[int]] = {}
        for target, column in self.columns.items():
            at = [known[plain(name)] for name in column.names if plain(name) in known]
            if at:
                found[target] = at if column.join is not None else at[:1]
        return found

    def translate(self, target: str, value: str) -> str | None:
        """What the value means here, by its exact name first, then by pattern; None when unknown."""
        exact = self.values.get(target, {}).get(plain(value))
        if exact is not None:
            return exact
        for pattern, meaning in self.patterns.get(target, ()):
            if pattern.fullmatch(plain(value)):
                return meaning
        return None


def plain(text: str) -> str:
    """How names are compared: letter case, spaces and underscores make no difference."""
    return re.sub(r"[\s_]+", " ", text.replace("\ufeff", "")).strip().casefold()


def read(path: Path) -> Mapping:
    """The mapping, checked; BadMapping names what is wrong."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadMapping(
            _("%(path)s cannot be read: %(reason)s.") % {"path": path, "reason": error.strerror}
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMapping(
            _("%(path)s is not a TOML file: %(reason)s.") % {"path": path, "reason": error}
        ) from None
    return of(data)


def of(data: dict[str, Any]) -> Mapping:
    """A mapping from its parts."""
    _known(data, SECTIONS, _("part"))
    source = str(data.get("source", "")).strip()
    if not source or len(source) > 60:
        raise BadMapping(_("“source” must name the other system, in at most 60 letters."))
    columns = {name: _column(name, value) for name, value in _table(data, "columns").items()}
    _known(columns, TARGETS, _("column"))
    constants = {name: str(value) for name, value in _table(data, "constants").items()}
    _known(constants, TARGETS, _("constant"))
    for name in NEEDED:
        if name not in columns and name not in constants:
            raise BadMapping(_("The mapping does not say where “%(name)s” is.") % {"name": name})
    dates = _table(data, "dates")
    mapping = Mapping(
        source=source,
        columns=columns,
        constants=constants,
        date_formats=tuple(dates.get("formats", ())),
        day_first=bool(dates.get("day_first", True)),
        zone=_zone(str(data.get("timezone") or settings.TIME_ZONE)),
        blank=frozenset(plain(str(value)) for value in data.get("blank", ())),
        encoding=str(data.get("encoding", "")),
        delimiter=str(data.get("delimiter", "")),
        sheet=str(data.get("sheet", "")),
        terms=str(data.get("terms", "file")),
        structures=list(data.get("structures", ())),
        topics=list(data.get("topics", ())),
    )
    if mapping.terms not in ("file", "law"):
        raise BadMapping(_("“terms” is “file” or “law”."))
    if len(mapping.delimiter) > 1:
        raise BadMapping(_("“delimiter” is one sign."))
    _values(mapping, _table(data, "values"))
    return mapping


def _values(mapping: Mapping, tables: dict[str, Any]) -> None:
    _known(tables, TRANSLATED, _("table of values"))
    for target, table in tables.items():
        if not isinstance(table, dict):
            raise BadMapping(_("“values.%(name)s” is not a table.") % {"name": target})
        for written, meaning in table.items():
            if ANY in written:
                pattern = re.compile(translate(plain(written)))
                mapping.patterns.setdefault(target, []).append((pattern, str(meaning)))
            else:
                mapping.values.setdefault(target, {})[plain(written)] = str(meaning)


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise BadMapping(_("“%(name)s” is not a table.") % {"name": name})
    return table


def _column(target: str, value: Any) -> Column:
    if isinstance(value, str):
        return Column((value,))
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return Column(tuple(value))
    if isinstance(value, dict) and isinstance(value.get("of"), list):
        return Column(tuple(str(name) for name in value["of"]), str(value.get("join", ": ")))
    raise BadMapping(
        _("“columns.%(name)s” is a name, a list of names, or {of = […], join = “: ”}.")
        % {"name": target}
    )


def _zone(name: str) -> dt.tzinfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise BadMapping(_("There is no time zone “%(name)s”.") % {"name": name}) from None


def _known(found: Any, allowed: Any, what: str) -> None:
    unknown = sorted(set(found) - set(allowed))
    if unknown:
        raise BadMapping(
            _("Unknown %(what)s in the mapping: %(names)s. Known: %(known)s.")
            % {"what": what, "names": ", ".join(unknown), "known": ", ".join(sorted(allowed))}
        )


def shipped() -> list[Mapping]:
    """The mappings that come with the product."""
    return [read(path) for path in sorted(EXAMPLES.glob("*.toml"))]

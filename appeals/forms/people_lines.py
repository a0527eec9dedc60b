"""People and contacts typed one a line, as an operator writes them while listening."""

from __future__ import annotations

import re
from dataclasses import dataclass

from callcenter.text import clean

#: Lines read of one field.
MOST_LINES = 500

_PARTED = re.compile(r"\s*[;,\t]\s*")
_NUMBER = re.compile(r"[+(]?\d[\d\s()+.\-/]{3,}")


@dataclass(frozen=True)
class Line:
    """A name and a number or address; either may be missing."""

    name: str
    reach: str

    @property
    def is_email(self) -> bool:
        return "@" in self.reach


def lines_of(text: str) -> list[Line]:
    """ "Əliyev Vüsal; 050 212 34 56" and the other way round, "info@x.az" alone, a name alone."""
    found = (_line(raw) for raw in clean(text).splitlines()[:MOST_LINES] if raw.strip())
    return list(dict.fromkeys(line for line in found if line.name or line.reach))


def _line(raw: str) -> Line:
    parts = [part for part in _PARTED.split(raw.strip()) if part]
    reach = next((part for part in parts if "@" in part or _NUMBER.fullmatch(part)), "")
    names = [part for part in parts if part != reach]
    if not reach and (inside := _NUMBER.search(raw)):
        # No sign between: "Əliyev Vüsal 050 212 34 56".
        reach = inside.group().strip()
        names = [raw.replace(inside.group(), " ")]
    return Line(" ".join(" ".join(names).split()).strip(" :–-"), reach)

"""Words for the same thing, from `appeals/data/synonyms.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from callcenter.text import stem, tokens

FILE = Path(__file__).resolve().parents[1] / "data" / "synonyms.toml"
Phrase = tuple[str, ...]


@dataclass(frozen=True)
class Synonyms:
    """Every phrase by the stems of its words, and the phrases of its group."""

    groups: dict[Phrase, tuple[Phrase, ...]]
    longest: int

    def at(self, stems: list[str], start: int) -> tuple[int, tuple[Phrase, ...]]:
        """How many words from here on are a known phrase, the longest first, and its group."""
        for length in range(min(self.longest, len(stems) - start), 0, -1):
            group = self.groups.get(tuple(stems[start : start + length]))
            if group is not None:
                return length, group
        return 0, ()


@cache
def synonyms() -> Synonyms:
    """Read once a process; the file changes with a release."""
    groups: dict[Phrase, tuple[Phrase, ...]] = {}
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["group"]:
        phrases = list(dict.fromkeys(_phrase(text) for text in row["folded"]))
        for phrase in phrases:
            groups[phrase] = tuple(phrases)
    return Synonyms(groups, max(len(phrase) for phrase in groups))


def _phrase(text: str) -> Phrase:
    return tuple(stem(token) for token in tokens(text))

"""How far two folded words are apart, as people in Azerbaijan mistype them."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

#: Letters taken for each other by ear, by keyboard and between alphabets sound as one.
_SOUNDS = str.maketrans("eygkxozcjdbv", "aiqqhussstpf")
_DOUBLED = re.compile(r"(.)\1+")
#: Letters from the beginning by which near words are looked for.
BEGINNING = 10


def near(word: str) -> list[str]:
    """The beginning of a word as written and as it sounds, whole and with each one letter left out."""
    written = word[:BEGINNING]
    return sorted({
        begun[:at] + begun[at + 1 :] if at >= 0 else begun
        for begun in {written, _sound(written)}
        for at in range(-1, len(begun))
    })  # fmt: skip


def allowance(length: int) -> float:
    """Mistakes a word of this length may hold; none where any other word is near."""
    if length < 4:
        return 0
    if length < 5:
        return 1
    return 1.5 if length < 7 else 2


def distance(one: str, other: str, most: float) -> float:
    """Letters changed, left out, added or swapped; a doubled letter or a confused one is half.

    More than `most` is told as infinite.
    """
    whole = int(2 * most)
    written = OSA.distance(one, other, score_cutoff=whole)
    if written > whole:
        return float("inf")
    apart = (written + OSA.distance(_sound(one), _sound(other))) / 2
    return apart if apart <= most else float("inf")


@lru_cache(maxsize=65536)
def _sound(word: str) -> str:
    return _DOUBLED.sub(r"\1", word.translate(_SOUNDS))

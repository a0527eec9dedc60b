"""How far two folded words are apart, as people in Azerbaijan mistype them."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from callcenter.text import SUFFIXES

#: Letters taken for each other by ear, by keyboard and between alphabets sound as one.
_SOUNDS = str.maketrans("eygkxozcjdbv", "aiqqhussstpf")
_DOUBLED = re.compile(r"(.)\1+")
#: Letters from the beginning by which near words are looked for.
BEGINNING = 10
#: Letters of a word whose beginning alone may be mistyped.
LONG = 6
#: A rare word is thought mistyped where a neighbour is so many times as common, and may stand for so many.
MORE_COMMON = 8
MOST_MEANT = 6
#: Endings that are no reason to cut a word, but may follow a known short one: çek, çekindəki.
_MORE_ENDINGS = ("ki", "li", "lu", "m", "n", "nd")
CHAIN = re.compile(f"(?:{'|'.join((*SUFFIXES, *_MORE_ENDINGS))}){{1,4}}")


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


def apart(word: str, other: str) -> float:
    """Mistakes between two words, or between one and the beginning of the longer other, which counts
    half a mistake unless the rest of it is an ending."""
    most = allowance(len(word))
    by = distance(word, other, most)
    if len(other) > len(word) + 1 and len(word) >= LONG - 1:
        for end in (len(word) - 1, len(word), len(word) + 1):
            is_form = CHAIN.fullmatch(other[end:]) is not None
            by = min(by, distance(word, other[:end], most) + (0 if is_form else 0.5))
    return by


@lru_cache(maxsize=65536)
def _sound(word: str) -> str:
    return _DOUBLED.sub(r"\1", word.translate(_SOUNDS))

"""Numbers as people write them: "050 212-34-56", "90-AA-123", "AZE14725836", "ÇM 2025 000777"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from callcenter.identifiers import phone

#: Digits after which something is a number of its own and not a count in a sentence.
LEAST_DIGITS = 5
#: Letters of a series and pieces of a number.
MOST_LETTERS = 4
MOST_PIECES = 4
#: A telephone of the capital is often written without its code.
BAKU = "12"

_PIECES = re.compile("[a-z]+|[0-9]+")
_GLUED = re.compile(r"([a-z]{1,4})(20\d\d)(\d{3,})")


@dataclass(frozen=True)
class Written:
    """One way of writing: words one after another; whole ones, or beginnings of words; `is_loose`
    where they may stand anywhere in the text."""

    words: tuple[str, ...]
    is_whole: bool = True
    is_loose: bool = False


def telephone(text: str, typed: list[str]) -> list[Written]:
    """A telephone or another long number, however it was written there and here."""
    digits = re.sub(r"[\s()+.\-/]", "", text)
    if not (digits.isascii() and digits.isdigit() and len(digits) >= 7):
        return []
    ways = [(digits,), tuple(typed)]
    known = phone(digits).e164.removeprefix("+994")
    if not known and len(digits) == 7:
        known = BAKU + digits
    if known and len(known) == 9 and known.isdigit():
        code, rest = known[:2], known[2:]
        pairs = (rest[:3], rest[3:5], rest[5:])
        ways += [("994", code, *pairs), (f"994{known}",)]
        for first in (f"0{code}", code):
            ways += [
                (f"{first}{rest}",),
                (first, rest),
                (first, *pairs),
                (first, rest[:3], rest[3:]),
            ]
        if code == BAKU:
            ways += [(rest,), pairs]
    return [Written((digits,), is_whole=False), *(Written(way) for way in dict.fromkeys(ways))]


def series(typed: list[str], at: int) -> tuple[int, list[Written]]:
    """How many words from here on are one number with letters in it, and the ways of writing it."""
    end, digits, letters = at, 0, 0
    while end < min(len(typed), at + MOST_PIECES):
        word = typed[end]
        if not word.isdigit() and not (word.isascii() and word.isalpha()) and end > at:
            break
        if word.isalpha() and len(word) > MOST_LETTERS:
            break
        digits += sum(sign.isdigit() for sign in word)
        letters += sum(sign.isalpha() for sign in word)
        end += 1
    while end > at and typed[end - 1].isalpha():
        letters -= len(typed[end - 1])
        end -= 1
    if not letters or digits < LEAST_DIGITS:
        return 0, []
    run = tuple(typed[at:end])
    glued = "".join(run)
    pieces = tuple(_PIECES.findall(glued))
    if "".join(pieces) != glued or not 2 <= len(pieces) <= MOST_PIECES:
        return 0, []
    ways = [Written(run, is_whole=False, is_loose=len(run) > 1), Written((glued,), is_whole=False)]
    ways.append(Written(pieces))
    if number := _GLUED.fullmatch(glued):
        ways.append(Written(number.groups()))
    return len(run), list(dict.fromkeys(ways))

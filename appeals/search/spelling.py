"""How far two folded words are apart, as people in Azerbaijan mistype them."""

from __future__ import annotations

#: Letters taken for each other by ear, by keyboard and between alphabets: half a mistake.
_CONFUSED = frozenset(
    frozenset(pair)
    for pair in (
        "ea", "iy", "qg", "qk", "gk", "xh", "xk", "ou", "zs", "cs", "cj", "dt", "bp", "vu", "gy", "iu", "fv",
    )
)  # fmt: skip
HALF = 0.5
#: Letters from the beginning by which near words are looked for.
BEGINNING = 10


def near(word: str) -> list[str]:
    """The beginning of a word whole and with each one letter left out."""
    begun = word[:BEGINNING]
    return sorted({begun, *(begun[:at] + begun[at + 1 :] for at in range(len(begun)))})


def allowance(length: int) -> float:
    """Mistakes a word of this length may hold; none where any other word is near."""
    if length < 4:
        return 0
    if length < 6:
        return 1
    return 1.5 if length == 6 else 2


def distance(one: str, other: str, most: float) -> float:
    """Letters changed, left out, added or swapped; a doubled letter or a confused one is half.

    More than `most` is told as infinite.
    """
    if one == other:
        return 0
    if abs(len(one) - len(other)) > 2 * most:
        return float("inf")
    before: list[float] = []
    above: list[float] = []
    row = [0.0]
    for j, letter in enumerate(other):
        row.append(row[-1] + _alone(other, j, letter))
    for i, letter in enumerate(one):
        before, above, row = above, row, [row[0] + _alone(one, i, letter)]
        for j, wanted in enumerate(other):
            cost = min(
                above[j] + _changed(letter, wanted),
                above[j + 1] + _alone(one, i, letter),
                row[j] + _alone(other, j, wanted),
            )
            if i and j and letter == other[j - 1] and one[i - 1] == wanted and letter != wanted:
                cost = min(cost, before[j - 1] + 1)
            row.append(cost)
        if min(row) > most:
            return float("inf")
    return row[-1] if row[-1] <= most else float("inf")


def _alone(word: str, at: int, letter: str) -> float:
    """A letter left out or added: half where its neighbour is the same."""
    return HALF if at and word[at - 1] == letter else 1


def _changed(letter: str, wanted: str) -> float:
    if letter == wanted:
        return 0
    return HALF if frozenset((letter, wanted)) in _CONFUSED else 1

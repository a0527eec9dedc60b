"""What hangs on a person who works here: apps above name it, so that nothing stays with somebody who left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from people.models import User

#: Open work is counted up to so much.
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Held:
    """Open work of one sort in a person's hands."""

    label: str | Promise
    count: int


@dataclass(frozen=True)
class Hands:
    """How a sort of work is counted, and who hears, in the same transaction, that it lost its hands."""

    held: Callable[[User], Held]
    hand_over: Callable[[User, User], None]  # (who left, by whom)


_known: dict[str, Hands] = {}


def know(sort: str, hands: Hands) -> None:
    """Name a sort of work that people hold."""
    _known[sort] = hands


def held_by(person: User) -> list[Held]:
    """The open work in a person's hands, by sort; sorts they hold nothing of are left out."""
    return [found for hands in _known.values() if (found := hands.held(person)).count]


def hand_over(person: User, *, by: User) -> None:
    """Those who can give the work to others are told."""
    for hands in _known.values():
        if hands.held(person).count:
            hands.hand_over(person, by)

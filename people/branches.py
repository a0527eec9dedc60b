"""Which structures a structure stands for: those under it, and those that it, or they, took over from.

A body that ended is counted where its successor stands, so that a year with a reorganisation in it can be
read as one; asked for by itself, it stands for what it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils import timezone

from callcenter.kept import Kept
from people.models import Structure


def places(rows: Iterable[Structure]) -> dict[int, str]:
    """The path each structure is counted at: of the last successor where it ended, else its own."""
    known = {row.pk: row for row in rows}
    return {pk: _place(row, known) for pk, row in known.items()}


def _place(row: Structure, known: Mapping[int, Structure]) -> str:
    at, seen = row, {row.pk}
    while has_gone(at) and at.successor_id not in seen:
        heir = known.get(at.successor_id or 0)
        if heir is None:
            break
        seen.add(heir.pk)
        at = heir
    return at.path


def has_gone(row: Structure) -> bool:
    """True for a body that ended and whose work another does."""
    ended = row.valid_to is not None and row.valid_to < timezone.localdate()
    return ended and row.successor_id is not None


_all = Kept(lambda _fixed: Structure.objects.only("path", "successor_id", "valid_to"))


def branch_of(root: Structure) -> list[int]:
    """Ids of everything the structure stands for."""
    rows = _all()
    if not has_gone(root):
        paths = places(rows)
        return [pk for pk, path in paths.items() if path.startswith(root.path)]
    before = {root.pk}
    while more := {r.pk for r in rows if r.successor_id in before and r.pk not in before}:
        before |= more
    return [row.pk for row in rows if row.pk in before or row.path.startswith(root.path)]

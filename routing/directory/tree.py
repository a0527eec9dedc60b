"""The shape of the directory: paths and loops."""

from __future__ import annotations

from collections.abc import Mapping

from people.models import Structure


def loop_of(code: str, above: Mapping[str, str]) -> list[str]:
    """The codes of the loop that begins at `code`, in order; empty where the way up ends."""
    seen: list[str] = []
    at = code
    while at and at not in seen:
        seen.append(at)
        at = above.get(at, "")
    return [*seen[seen.index(at) :], at] if at else []


def move_branch(structure: Structure, parent: Structure | None) -> int:
    """Put the structure and everything under it at a new place; the number of rows that moved."""
    old = structure.path
    new = f"{parent.path if parent else '/'}{structure.code}/"
    if new == old:
        return 0
    moved = list(Structure.objects.filter(path__startswith=old))
    for row in moved:
        row.path = new + row.path[len(old) :]
    Structure.objects.bulk_update(moved, ["path"])
    structure.path = new
    return len(moved)

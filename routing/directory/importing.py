"""A file of structures: tried out first, with every difference and every fault listed; taken over as
a whole or not at all. Structures that do not stand in the file stay as they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.models import Topic
from callcenter.errors import RuleBroken
from people.audit import audit
from people.models import Structure, User
from routing.directory.actions import (
    FIELDS,
    add_structure,
    change_structure,
    close_structure,
    keeper,
)
from routing.directory.columns import COLUMNS
from routing.directory.table import Fault, Line, read, structures
from routing.directory.tree import loop_of


@dataclass(frozen=True)
class Difference:
    """One structure the file adds or changes; `changes` are (column, old, new). Row 0: it does not
    stand in the file and follows another."""

    row: int
    code: str
    name: str
    is_new: bool
    changes: tuple[tuple[str, str, str], ...]


@dataclass
class Outcome:
    """What the file would do, or did."""

    differences: list[Difference] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    same: int = 0
    is_applied: bool = False

    @property
    def added(self) -> int:
        return sum(each.is_new for each in self.differences)

    @property
    def changed(self) -> int:
        return len(self.differences) - self.added

    @property
    def digest(self) -> str:
        """The same differences have the same digest: what was looked at is what is taken over."""
        told = [[each.code, each.is_new, each.changes] for each in self.differences]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


class _Undone(Exception):
    """Takes back what a trial wrote."""


def try_out(text: str, *, by: User) -> Outcome:
    """What would change; nothing stays written."""
    return _run(text, by, expected=None)


def take_over(text: str, *, by: User, expected: str) -> Outcome:
    """Write what was looked at; where the directory changed meanwhile, nothing is written."""
    return _run(text, by, expected=expected)


def _run(text: str, by: User, *, expected: str | None) -> Outcome:
    keeper(by)
    lines, faults = read(text)
    outcome = Outcome(faults=faults)
    outcome.faults += _tree_faults(lines)
    if outcome.faults:
        outcome.faults.sort(key=lambda fault: (fault.row, fault.column))
        return outcome
    try:
        with transaction.atomic():
            _write(lines, by, outcome)
            if outcome.faults or expected is None or outcome.digest != expected:
                raise _Undone
            audit(
                "structures.imported", by=by, object_kind="structure",
                detail={"added": outcome.added, "changed": outcome.changed},
            )  # fmt: skip
            outcome.is_applied = True
    except _Undone:
        pass
    return outcome


def _tree_faults(lines: list[Line]) -> list[Fault]:
    """Unknown parents and successors, and the first row of each loop, before anything is tried."""
    faults: list[Fault] = []
    for column in ("parent", "successor"):
        above = dict(Structure.objects.values_list("code", f"{column}__code"))
        known = above.keys() | {line.code for line in lines}
        for line in lines:
            if column in line.values:
                above[line.code] = line.values[column]
        links = {code: link or "" for code, link in above.items()}
        told: set[str] = set()
        for line in lines:
            named = line.values.get(column)
            if named and named not in known:
                faults.append(
                    Fault(line.number, column, _("There is no “%(code)s”.") % {"code": named})
                )
                continue
            loop = loop_of(line.code, links)
            if line.code in loop and line.code not in told:
                told.update(loop)
                faults.append(Fault(line.number, column, _loop_words(loop)))
    return faults


def _loop_words(loop: list[str]) -> str:
    return _("This turns in a circle: %(codes)s.") % {"codes": " → ".join(loop)}


def _write(lines: list[Line], by: User, outcome: Outcome) -> None:
    topics = {topic.code: topic for topic in Topic.objects.all()}
    known = {row.code: row for row in structures()}
    before = {code: _told(row) for code, row in known.items()}
    for line in _parents_first(lines):
        try:
            # Each on its own, so that one refusal does not hide the next.
            with transaction.atomic():
                _write_line(line, by, known, topics)
        except _Refused as refused:
            outcome.faults.append(Fault(line.number, refused.column, refused.words))
        except RuleBroken as broken:
            column = {"heir": "successor", "last_day": "valid_to"}.get(broken.field, broken.field)
            outcome.faults.append(Fault(line.number, column, str(broken)))
    after = {row.code: row for row in structures()}
    numbers = {line.code: line.number for line in lines}
    for code, row in after.items():
        # A body that ends moves those under it: they are told although the file leaves them out.
        _compare(numbers.get(code, 0), before.get(code), row, outcome)
    outcome.differences.sort(key=lambda each: (each.row == 0, each.row, each.code))
    outcome.faults.sort(key=lambda fault: (fault.row, fault.column))


class _Refused(Exception):
    """A cell that names what cannot be named."""

    def __init__(self, column: str, words: str) -> None:
        super().__init__(column, words)
        self.column, self.words = column, words


def _write_line(
    line: Line, by: User, known: dict[str, Structure], topics: Mapping[str, Topic]
) -> None:
    values = {name: value for name, value in line.values.items() if name in FIELDS}
    if "parent" in values:
        values["parent"] = _row(known, values["parent"], "parent")
    competence = None
    if "competence" in line.values:
        competence = [_topic(topics, code) for code in line.values["competence"]]
    row = known.get(line.code)
    if row is None:
        for name in ("category", "name_az"):
            if not values.get(name):
                raise _Refused(name, _("A new structure needs it."))
        values["valid_from"] = values.get("valid_from") or timezone.localdate()
        row = add_structure(by=by, code=line.code, values=values, competence=competence or ())
    else:
        if "valid_from" in values and values["valid_from"] is None:
            raise _Refused("valid_from", _("Give the day."))
        row = change_structure(row.pk, by=by, values=values, competence=competence)
    known[line.code] = row
    _end(line, by, row, known)


def _end(line: Line, by: User, row: Structure, known: dict[str, Structure]) -> None:
    """The last day and the successor are written by ending the structure, as on its page."""
    last = line.values.get("valid_to", row.valid_to)
    heir = row.successor.code if row.successor else ""
    named = line.values.get("successor", heir)
    if (last, named) == (row.valid_to, heir):
        return
    if row.valid_to is not None:
        raise _Refused("valid_to", _("It has ended; that is not changed by a file."))
    if last is None:
        raise _Refused("valid_to", _("A successor begins where it ends: give the day."))
    known[line.code] = close_structure(
        row.pk, by=by, last_day=last, heir=_row(known, named, "successor"), act=row.source
    )


def _row(known: Mapping[str, Structure], code: str, column: str) -> Structure | None:
    if not code:
        return None
    found = known.get(code)
    if found is None:
        raise _Refused(column, _("There is no “%(code)s”.") % {"code": code})
    # Its path may have moved with a row before.
    found.refresh_from_db(fields=["path", "valid_to"])
    return found


def _topic(topics: Mapping[str, Topic], code: str) -> Topic:
    found = topics.get(code)
    if found is None:
        raise _Refused("competence", _("There is no topic “%(code)s”.") % {"code": code})
    return found


def _parents_first(lines: list[Line]) -> list[Line]:
    """The order of the file, but a row waits for the rows it names."""
    by_code = {line.code: line for line in lines}
    ordered: list[Line] = []
    placed: set[str] = set()

    def put(line: Line) -> None:
        if line.code in placed:
            return
        placed.add(line.code)
        for column in ("parent", "successor"):
            named = by_code.get(line.values.get(column) or "")
            if named is not None:
                put(named)
        ordered.append(line)

    for line in lines:
        put(line)
    return ordered


def _told(row: Structure) -> dict[str, str]:
    return {name: column.write(row) for name, column in COLUMNS.items()}


def _compare(number: int, old: dict[str, str] | None, row: Structure, outcome: Outcome) -> None:
    new = _told(row)
    was: dict[str, Any] = old or {}
    changes = tuple(
        (name, was.get(name, ""), new[name])
        for name in COLUMNS
        if name != "code" and was.get(name, "") != new[name]
    )
    if changes:
        outcome.differences.append(Difference(number, row.code, row.name_az, old is None, changes))
    elif number:
        outcome.same += 1

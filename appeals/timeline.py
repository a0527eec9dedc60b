"""The journal in words: labels instead of codes, names instead of keys, one query per kind of key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appeals.access import INSIDERS
from appeals.filters import day_start
from appeals.lifecycle import ACTIONS, STATUSES, Action, Status
from appeals.mentions import with_names
from appeals.models import Appeal, Applicant, Entry, Note
from callcenter.kept import Among, Kept
from callcenter.templatetags.formats import az_datetime
from callcenter.text import az_sort_key
from people.models import User
from people.standing import standing_of

_labels: dict[str, Callable[[str], object]] = {}
_fields: dict[str, tuple[object, Callable[[str], object]]] = {}
SHAPES = {"register": "ring", "close": "done", "leave": "square", "ask_applicant": "pause"}


def know_steps(prefix: str, label_of: Callable[[str], object]) -> None:
    """Let a layer above name its own steps: "referral.accept" is asked of "referral"."""
    _labels[prefix] = label_of


def know_change(name: str, label: object, words_of: Callable[[str], object]) -> None:
    """Let a layer above name a value of its own that the journal tells."""
    _fields[name] = (label, words_of)


def step_label(kind: str) -> str:
    """How the journal tells a step."""
    if kind in set(Action):
        return str(ACTIONS[Action(kind)].past)
    prefix, _dot, rest = kind.partition(".")
    if prefix in _labels:
        return str(_labels[prefix](rest))
    return _("Recorded")


#: Entries of one page of the journal.
PAGE = 25


class Sort(models.TextChoices):
    """Sorts of entries a reader may ask for."""

    MOVES = "moves", gettext_lazy("Steps that moved it")
    NOTES = "notes", gettext_lazy("Internal notes")
    STRUCTURES = "structures", gettext_lazy("Work of the structures")
    CHANGES = "changes", gettext_lazy("Corrections")
    FILES = "files", gettext_lazy("Files")
    NOTICES = "notices", gettext_lazy("Notices and letters")


_SORTS = {
    Sort.MOVES: Q(changes__has_key="status"),
    Sort.NOTES: Q(is_internal=True),
    Sort.STRUCTURES: Q(kind__startswith="referral."),
    Sort.CHANGES: Q(kind=Action.CORRECT),
    Sort.FILES: Q(kind__startswith=Action.ATTACH) | Q(changes__has_key="file"),
    Sort.NOTICES: Q(kind__startswith="notice.") | Q(kind__startswith="letter."),
}


@dataclass(frozen=True)
class Asked:
    """Which entries of a journal: a sort, a person's key or "system", days, and those before one."""

    sort: str = ""
    person: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    before: int = 0

    def narrow(self, entries: QuerySet[Entry]) -> QuerySet[Entry]:
        if self.sort in _SORTS:
            entries = entries.filter(_SORTS[Sort(self.sort)])
        if self.person == "system":
            entries = entries.filter(actor=None)
        elif self.person:
            entries = entries.filter(actor=int(self.person))
        if self.since is not None:
            entries = entries.filter(at__gte=day_start(self.since))
        if self.until is not None:
            entries = entries.filter(at__lt=day_start(self.until + dt.timedelta(days=1)))
        return entries.filter(sequence__lt=self.before) if self.before else entries


@dataclass(frozen=True)
class Stretch:
    """A page of a journal, and after which entry it goes on; 0 where it ends."""

    lines: list[dict[str, Any]]
    goes_on: int = 0


def seen_entries(appeal: Appeal, user: User) -> QuerySet[Entry]:
    """Entries of a visible appeal; internal ones only for those inside."""
    return _entries(appeal.pk, standing_of(user).has(*INSIDERS))


def timeline(
    appeal: Appeal, user: User, asked: Asked | None = None, *, most: int = PAGE
) -> Stretch:
    """Entries newest first, a page of them however long the journal is."""
    if asked is None or asked == Asked():
        is_inside = standing_of(user).has(*INSIDERS)
        found = _newest((is_inside, most + 1), appeal=appeal.pk)
    else:
        entries = asked.narrow(seen_entries(appeal, user)).order_by("-sequence")
        found = list(entries[: most + 1])
    rows = hide_unseen(found, user)
    goes_on, rows = (rows[most - 1].sequence if len(rows) > most else 0), rows[:most]
    internal = [row.pk for row in rows if row.is_internal]
    notes = dict(_notes(entries=internal)) if internal else {}
    named = with_names(notes.values())
    names = _names(rows, user)
    lines = [
        {
            "at": row.at,
            "actor": _actor(row),
            "label": step_label(row.kind),
            "changes": list(_changes(row.changes, names)) if row.kind != Action.REGISTER else [],
            "note": named.get(notes.get(row.pk, ""), "") or row.note,
            "internal": row.is_internal,
            "imported": row.is_imported,
            "shape": SHAPES.get(row.kind, "dot"),
        }
        for row in rows
    ]
    return Stretch(lines, goes_on)


def _entries(appeal: int, is_inside: bool) -> QuerySet[Entry]:
    entries = Entry.objects.filter(appeal=appeal)
    return entries if is_inside else entries.filter(is_internal=False)


_newest = Kept(lambda fixed, appeal: _entries(appeal, fixed[0]).order_by("-sequence")[: fixed[1]])
_authors = Kept(
    lambda is_inside, appeal: (
        _entries(appeal, is_inside).order_by().values_list("actor_id", "actor_name").distinct()
    )
)


_notes = Kept(
    lambda _fixed, entries: Note.objects.filter(Among("entry_id", entries)).values_list(
        "entry_id", "text"
    )
)
_pointed_at = Kept(lambda model, keys: model._default_manager.filter(Among("pk", keys)))


def hide_unseen(rows: list[Entry], user: User) -> list[Entry]:
    """Entries that name another appeal by its number, without those the reader does not see."""
    telling = [row for row in rows if isinstance(row.changes.get("other"), list)]
    numbers = {number for row in telling for number in row.changes["other"] if number}
    if not numbers:
        return rows
    seen = Appeal.objects.visible_to(user).filter(number__in=numbers)
    known = set(seen.values_list("number", flat=True))
    for row in telling:
        told = [number if number in known or not number else "—" for number in row.changes["other"]]
        row.changes = {**row.changes, "other": told}
    return rows


def authors(appeal: Appeal, user: User) -> list[tuple[str, str]]:
    """Who wrote into the journal, for the choice of a person."""
    rows = _authors(standing_of(user).has(*INSIDERS), appeal=appeal.pk)
    found = {("system" if pk is None else str(pk)): name for pk, name in rows}
    if "system" in found:
        found["system"] = _("the system")
    return sorted(found.items(), key=lambda one: az_sort_key(one[1]))


def _actor(row: Entry) -> str:
    name = _("the system") if row.actor_name == "system" else row.actor_name
    if row.acting_for_name:
        return _("%(name)s for %(principal)s") % {"name": name, "principal": row.acting_for_name}
    return name


@lru_cache(maxsize=256)
def _field(name: str) -> models.Field | None:
    try:
        found = Appeal._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None


def _names(rows: Iterable[Entry], user: User) -> dict[tuple[str, object], str]:
    """Names of every row the changes point at."""
    keys: dict[str, set[object]] = {}
    for row in rows:
        for name, change in row.changes.items():
            if name.endswith("_id") and isinstance(change, list):
                keys.setdefault(name, set()).update(key for key in change if key)
    by_model: dict[type[models.Model], set[Any]] = {}
    for name, wanted in keys.items():
        field = _field(name)
        if field is not None and field.related_model is not None:
            by_model.setdefault(field.related_model, set()).update(wanted)
    found: dict[type[models.Model], dict[object, str]] = {}
    for model, wanted in by_model.items():
        if model in (Appeal, Applicant):
            named = model._default_manager.filter(pk__in=wanted).visible_to(user)
        else:
            named = _pointed_at(model, keys=[key for key in wanted if isinstance(key, int)])
        found[model] = {row.pk: str(row) for row in named}
    return {
        (name, key): found.get(_field(name).related_model, {}).get(key, f"#{key}")
        for name, wanted in keys.items()
        if _field(name) is not None
        for key in wanted
    }


def _changes(
    changes: Mapping[str, Any], names: Mapping[tuple[str, object], str]
) -> Iterable[tuple[str, str, str]]:
    for name, change in changes.items():
        field = _field(name)
        label = str(field.verbose_name) if field is not None else _labelled(name)
        if isinstance(change, list) and len(change) == 2:
            old, new = (_value(name, field, value, names) for value in change)
            yield label, old, new
        else:
            yield label, "", _("changed") if change == "changed" else str(change)


def _labelled(name: str) -> str:
    if name in _fields:
        return str(_fields[name][0])
    return _("structure") if name == "structure" else name.replace("_", " ")


def _value(
    name: str, field: models.Field | None, value: Any, names: Mapping[tuple[str, object], str]
) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "status" and value in set(Status):
        return str(STATUSES[Status(value)].label)
    if name in _fields:
        return str(_fields[name][1](str(value)))
    if name.endswith("_id"):
        return names.get((name, value), f"#{value}")
    if isinstance(field, models.DateTimeField):
        moment = parse_datetime(str(value))
        return az_datetime(moment) if isinstance(moment, dt.datetime) else str(value)
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)

"""The journal in words: labels instead of codes, names instead of keys, one query per kind of key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from appeals.access import INSIDERS
from appeals.lifecycle import ACTIONS, STATUSES, Action, Status
from appeals.models import Appeal, Applicant, Entry, Note
from callcenter.templatetags.formats import az_datetime
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


def timeline(appeal: Appeal, user: User) -> list[dict[str, Any]]:
    """Entries newest first; internal ones only for those inside."""
    entries = Entry.objects.filter(appeal=appeal).order_by("-sequence")
    inside = standing_of(user).has(*INSIDERS)
    if not inside:
        entries = entries.filter(is_internal=False)
    rows = list(entries)
    notes = (
        dict(Note.objects.filter(appeal=appeal).values_list("entry_id", "text")) if inside else {}
    )
    names = _names(rows, user)
    return [
        {
            "at": row.at,
            "actor": _actor(row),
            "label": step_label(row.kind),
            "changes": list(_changes(row.changes, names)) if row.kind != Action.REGISTER else [],
            "note": notes.get(row.pk) or row.note,
            "internal": row.is_internal,
            "imported": row.is_imported,
            "shape": SHAPES.get(row.kind, "dot"),
        }
        for row in rows
    ]


def _actor(row: Entry) -> str:
    name = _("the system") if row.actor_name == "system" else row.actor_name
    if row.acting_for_name:
        return _("%(name)s for %(principal)s") % {"name": name, "principal": row.acting_for_name}
    return name


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
    by_model: dict[type[models.Model], set[object]] = {}
    for name, wanted in keys.items():
        field = _field(name)
        if field is not None and field.related_model is not None:
            by_model.setdefault(field.related_model, set()).update(wanted)
    found: dict[type[models.Model], dict[object, str]] = {}
    for model, wanted in by_model.items():
        queryset = model._default_manager.filter(pk__in=wanted)
        if model in (Appeal, Applicant):
            queryset = queryset.visible_to(user)
        found[model] = {row.pk: str(row) for row in queryset}
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

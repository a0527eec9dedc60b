"""What our own values are called: structures, topics and the rest by code or by name.

What the mapping brings along itself is added first: a structure or a topic that is only history
ends on its day, so nobody is offered it today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from appeals.importing.mapping import BadMapping, Mapping, plain
from appeals.kinds import Channel, Kind, Language
from appeals.lifecycle import STATUSES
from appeals.models import Ground, Outcome, Region, Topic
from callcenter.text import az_fold
from people.models import Category, Structure

LANGUAGES = ("az", "en", "ru")
YES, NO = ("1", "true", "yes", "bəli", "hə", "да"), ("0", "false", "no", "xeyr", "yox", "нет")

Names = dict[str, Any]


def names_of(mapping: Mapping) -> dict[str, Names]:
    """For every translated target our values by each way of calling them."""
    structures = _rows(Structure.objects.all(), ("name", "short"))
    return {
        "kind": _choices(Kind.choices),
        "channel": _choices(Channel.choices),
        "language": _choices(Language.choices),
        "status": _choices((str(status), meta.label) for status, meta in STATUSES.items()),
        "is_restricted": {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)},
        "topic": _rows(Topic.objects.all(), ("name",)),
        "region": _rows(Region.objects.all(), ("name",)),
        "outcome": _rows(Outcome.objects.all(), ("name",)),
        "ground": _rows(Ground.objects.all(), ("name",)),
        "structure": structures,
        "complained_structure": structures,
    }


def check(mapping: Mapping, names: dict[str, Names]) -> None:
    """Every meaning the mapping gives must be one of ours; what it adds itself counts."""
    added = {
        "structure": {plain(str(row.get("code", ""))) for row in mapping.structures},
        "topic": {plain(str(row.get("code", ""))) for row in mapping.topics},
    }
    added["complained_structure"] = added["structure"]
    given: list[tuple[str, str]] = [
        *((t, m) for t, table in mapping.values.items() for m in table.values()),
        *((t, m) for t, pairs in mapping.patterns.items() for _p, m in pairs),
        *((t, m) for t, m in mapping.constants.items() if t in names),
    ]
    wrong = sorted(
        {
            f"{target} = {meaning}"
            for target, meaning in given
            if meaning
            and plain(meaning) not in names[target]
            and plain(meaning) not in added.get(target, ())
        }
    )
    if wrong:
        raise BadMapping(
            _("The mapping names what does not exist here: %(names)s.")
            % {"names": ", ".join(wrong[:20])}
        )


def add(mapping: Mapping) -> int:
    """Structures and topics the mapping brings along; those already here stay as they are."""
    with transaction.atomic():
        made = [_add(Structure, row, _structure(row)) for row in mapping.structures]
        made += [_add(Topic, row, _topic(row)) for row in mapping.topics]
    return sum(made)


def _add(model: type[models.Model], row: dict[str, Any], values: dict[str, Any]) -> bool:
    code = str(row.get("code", "")).strip()
    if not code or not row.get("name_az"):
        raise BadMapping(_("What the mapping adds needs a code and a name_az."))
    found = model._default_manager.filter(code=code).exists()
    if found:
        return False
    parent = None
    if row.get("parent"):
        parent = model._default_manager.filter(code=row["parent"]).first()
        if parent is None:
            raise BadMapping(_("There is no “%(code)s” to stand under.") % {"code": row["parent"]})
    names = {f"name_{language}": str(row.get(f"name_{language}", "")) for language in LANGUAGES}
    path = f"{parent.path if parent is not None else '/'}{code}/"
    model._default_manager.create(
        code=code, parent=parent, path=path, **names, **values,
        valid_from=_day(row.get("valid_from")) or dt.date(1990, 1, 1),
        valid_to=_day(row.get("valid_to")),
    )  # fmt: skip
    return True


def _structure(row: dict[str, Any]) -> dict[str, Any]:
    category = str(row.get("category", Category.OUTSIDE))
    if category not in Category.values:
        raise BadMapping(_("There is no category “%(name)s”.") % {"name": category})
    shorts = {f"short_{language}": str(row.get(f"short_{language}", "")) for language in LANGUAGES}
    return {"category": category, "source": str(row.get("source", ""))[:250], **shorts}


def _topic(row: dict[str, Any]) -> dict[str, Any]:
    names = [str(row.get(f"name_{language}", "")) for language in LANGUAGES]
    return {"is_outside": bool(row.get("outside", False)), "search_text": az_fold(" ".join(names))}


def _day(value: Any) -> dt.date | None:
    if value in (None, ""):
        return None
    try:
        return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value))
    except ValueError:
        raise BadMapping(_("“%(text)s” is not a day.") % {"text": value}) from None


def _rows(rows: models.QuerySet[Any], parts: tuple[str, ...]) -> Names:
    """By code, and by every name that only one of them has."""
    columns = [f"{part}_{language}" for part in parts for language in LANGUAGES]
    found: Names = {}
    twice: set[str] = set()
    for pk, *names in rows.values_list("pk", *columns):
        for name in {plain(name) for name in names if name}:
            if found.get(name, pk) != pk:
                twice.add(name)
            found[name] = pk
    for name in twice:
        del found[name]
    # A code always means its own row.
    return {**found, **{plain(code): pk for pk, code in rows.values_list("pk", "code")}}


def _choices(choices: Iterable[tuple[str, Any]]) -> Names:
    pairs = list(choices)
    found: Names = {}
    for language in LANGUAGES:
        with translation.override(language):
            found |= {plain(str(label)): code for code, label in pairs}
    return {**found, **{plain(str(code)): code for code, _label in pairs}}

"""What a figure is cut by, read from an address and written into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from appeals.kinds import Channel, Kind, Language
from appeals.models import Region, Topic
from callcenter.errors import RuleBroken
from people.branches import branch_of
from people.models import Structure
from reports.figures.registry import DIMENSIONS, FILTERS, TREES, Grain

#: Where each dimension stands in the rows of each grain.
COLUMNS: dict[Grain, dict[str, str]] = {
    Grain.APPEAL: {
        "kind": "kind", "topic": "topic_id", "structure": "structure_id", "region": "region_id",
        "channel": "channel", "language": "language", "operator": "registrar_id",
        "closer": "closer_id", "outcome": "outcome_id", "ground": "ground_id",
    },
    Grain.LIVE: {
        "kind": "kind", "topic": "topic_id", "structure": "responsible_id", "region": "region_id",
        "channel": "channel", "language": "language", "operator": "owner_id",
    },
    Grain.REFERRAL: {
        "kind": "appeal_kind", "topic": "topic_id", "structure": "structure_id",
        "region": "region_id", "channel": "channel", "language": "language",
    },
}  # fmt: skip
#: And in an appeal's own row, of any state; who closed it only the journal tells.
OWN_ROW = {
    **COLUMNS[Grain.LIVE], "operator": "registered_by_id", "outcome": "outcome_id",
    "ground": "ground_id",
}  # fmt: skip
COLUMNS[Grain.OPEN] = COLUMNS[Grain.APPEAL]
COLUMNS[Grain.NOTICE] = COLUMNS[Grain.APPEAL]

_MODELS: dict[str, type[models.Model]] = {
    "topic": Topic,
    "structure": Structure,
    "region": Region,
}
_CHOICES = {"kind": Kind, "channel": Channel, "language": Language}


@dataclass(frozen=True)
class Cut:
    """Filters of a dashboard. A topic and a structure stand for their branches, a structure also for
    its predecessors; `exact` holds
    values of any dimension taken alone, an empty one meaning "not named"."""

    kind: str = ""
    channel: str = ""
    language: str = ""
    topic: Topic | None = None
    structure: Structure | None = None
    region: Region | None = None
    exact: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.query() and not self.exact

    def query(self) -> dict[str, str]:
        """The filters as parameters of an address."""
        found = {name: getattr(self, name) for name in FILTERS}
        return {
            name: str(value.pk if isinstance(value, models.Model) else value)
            for name, value in found.items()
            if value
        }

    @cached_property
    def branches(self) -> dict[str, list[int]]:
        """Ids of the topics and the structures of the chosen branches."""
        found = {}
        for name in TREES:
            root = getattr(self, name)
            if root is not None:
                found[name] = _branch(root)
        return found

    def condition(self, grain: Grain) -> Q:
        """The cut over the rows of a grain."""
        return self.over(COLUMNS[grain])

    def over(self, columns: Mapping[str, str]) -> Q:
        """The cut over rows whose columns are named so."""
        met = Q()
        for name, value in self.query().items():
            column = columns[name]
            met &= Q(**{f"{column}__in": self.branches[name]} if name in TREES else {column: value})
        for name, value in self.exact.items():
            column = columns[name]
            met &= Q(**({column: value} if value else {f"{column}__isnull": True}))
        return met

    def values(self) -> list[tuple[str, list[str]]]:
        """Each filter with the values it leaves, as text; an empty one is "not named"."""
        found = [
            (name, [str(pk) for pk in self.branches[name]] if name in TREES else [value])
            for name, value in self.query().items()
        ]
        return found + [(name, [value]) for name, value in self.exact.items()]

    def kept(self) -> tuple[str, list[str]] | None:
        """The one dimension and its values, when the days are kept by them; None otherwise."""
        names = [*self.query(), *self.exact]
        if not names:
            return "", [""]
        if len(names) > 1 or names[0] == "closer":
            return None
        name = names[0]
        if name in self.exact:
            return name, [self.exact[name]]
        values = self.branches[name] if name in TREES else [self.query()[name]]
        return name, [str(value) for value in values]

    def narrowed(self, dimension: str, key: str, branch: models.Model | None = None) -> Cut:
        """The cut with one value more."""
        if branch is not None:
            return replace(self, **{dimension: branch})
        if dimension in _CHOICES and key:
            return replace(self, **{dimension: key})
        return replace(self, exact={**self.exact, dimension: key})


def _branch(root: Topic | Region | Structure) -> list[int]:
    """What a structure took over from is counted with it, whatever it was called."""
    if isinstance(root, Structure):
        return branch_of(root)
    rows = type(root)._base_manager.filter(path__startswith=root.path)
    return list(rows.values_list("pk", flat=True))


def read(data: Mapping[str, str]) -> Cut:
    """The cut of an address; RuleBroken names the filter that means nothing."""
    values: dict[str, Any] = {}
    for name, choices in _CHOICES.items():
        given = data.get(name, "")
        if given and given not in choices.values:
            raise _unknown(name)
        values[name] = given
    for name, model in _MODELS.items():
        given = data.get(name, "")
        if not given:
            continue
        found = model.objects.filter(pk=given).first() if _is_key(given) else None
        if found is None:
            raise _unknown(name)
        values[name] = found
    return Cut(**values)


def read_exact(text: str) -> dict[str, str]:
    """ "operator=5,outcome=" as values taken alone; ValueError for anything else."""
    found = {}
    for part in text.split(","):
        name, sign, value = part.partition("=")
        is_word = name in _CHOICES and value in _CHOICES[name].values
        if not sign or name not in DIMENSIONS or not (not value or is_word or _is_key(value)):
            raise ValueError(text)
        found[name] = value
    return found


def write_exact(exact: Mapping[str, str]) -> str:
    """The values taken alone as `read_exact` reads them."""
    return ",".join(f"{name}={value}" for name, value in sorted(exact.items()))


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def _unknown(name: str) -> RuleBroken:
    return RuleBroken(
        "filter_unknown",
        _("There is no such value of the filter “%(name)s”.") % {"name": DIMENSIONS[name]},
        field=name,
    )


assert {one.name for one in fields(Cut)} == {*FILTERS, "exact"}

"""Names of the values of a dimension, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext as _

from appeals.kinds import Channel, Kind, Language
from appeals.models import Ground, Outcome, Region, Topic
from people.models import Structure, User

CHOICES = {"kind": Kind, "channel": Channel, "language": Language}
MODELS: dict[str, type[models.Model]] = {
    "topic": Topic,
    "structure": Structure,
    "region": Region,
    "operator": User,
    "closer": User,
    "outcome": Outcome,
    "ground": Ground,
}


def labels(dimension: str, keys: Iterable[str]) -> dict[str, str]:
    """The name of each key; an empty key is what was not named."""
    wanted = set(keys)
    if dimension in CHOICES:
        known = {str(value): str(label) for value, label in CHOICES[dimension].choices}
    else:
        ids = [key for key in wanted if key]
        known = {str(row.pk): _shown(row) for row in MODELS[dimension].objects.filter(pk__in=ids)}
    return {key: known.get(key, key) if key else _("Not named") for key in wanted}


def _shown(row: models.Model) -> str:
    return str(getattr(row, "short_name", None) or getattr(row, "name", row))

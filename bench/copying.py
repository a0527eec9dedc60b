"""Rows by COPY: the columns a story fills, and the model's own defaults for all others."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
from typing import Any

from django.db import connection as django_connection
from django.db import models

NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def text(value: str) -> str:
    """A text as COPY reads it."""
    return value.translate(_ESCAPES)


def when(value: dt.datetime | None) -> str:
    return NULL if value is None else value.isoformat()


def key(value: int | None) -> str:
    return NULL if value is None else str(value)


def flag(value: bool) -> str:
    return "t" if value else "f"


def new_uuid(draw: random.Random) -> str:
    """Version 4, from the seed."""
    digits = f"{draw.getrandbits(128):032x}"
    return f"{digits[:12]}4{digits[13:16]}a{digits[17:]}"


def written(field: models.Field, value: Any) -> str:
    """Any value of a field as COPY reads it; for defaults, not for speed."""
    if value is None:
        return NULL
    if isinstance(field, models.JSONField):
        return text(json.dumps(value))
    if isinstance(value, bool):
        return flag(value)
    if isinstance(value, dt.datetime):
        return when(value)
    prepared = field.get_db_prep_save(value, django_connection)
    return text(str(prepared))


class Rows:
    """Rows of one table, kept until they are sent. Each row gives `columns` in their order, already
    written as COPY reads them; a column the story does not know holds its default, so a field added
    to a model later does not break the load."""

    def __init__(self, model: type[models.Model], columns: tuple[str, ...]) -> None:
        fields = {f.column: f for f in model._meta.concrete_fields if not f.generated}
        unknown = set(columns) - set(fields)
        if unknown:
            raise ValueError(f"{model.__name__} has no columns {sorted(unknown)}")
        rest = [column for column in fields if column not in columns]
        self.table = model._meta.db_table
        self.columns = (*columns, *rest)
        self.width = len(columns)
        self.tail = "".join(
            "\t" + written(fields[column], fields[column].get_default()) for column in rest
        )
        self.lines: list[str] = []

    def add(self, *values: str) -> None:
        self.lines.append("\t".join(values) + self.tail)

    def send(self, cursor: Any) -> int:
        """Copy what was kept; how many rows."""
        count = len(self.lines)
        if count:
            names = ", ".join(f'"{column}"' for column in self.columns)
            self.lines.append("")
            cursor.copy_expert(
                f'COPY "{self.table}" ({names}) FROM STDIN', io.StringIO("\n".join(self.lines))
            )
            self.lines = []
        return count

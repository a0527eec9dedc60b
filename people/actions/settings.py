"""Changing what an administrator keeps: numbers of the law, rules, dictionaries, wordings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TypeVar

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from people.audit import audit
from people.models import Role, User
from people.standing import standing_of

Row = TypeVar("Row", bound=models.Model)
#: Longest old or new value the audit journal repeats in full, characters.
LONGEST_TOLD = 400


def state_of(row: models.Model) -> str:
    """A short digest of a row: a form carries it, so that a save over another's save is noticed."""
    values = {
        field.attname: str(getattr(row, field.attname)) for field in row._meta.concrete_fields
    }
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def change_setting(row: Row, *, by: User, values: Mapping[str, object], state: str = "") -> Row:
    """Change a row and write old and new into the audit journal; nothing is written when equal."""
    _administrator(by)
    with transaction.atomic():
        model = type(row)
        held = model._base_manager.select_for_update().get(pk=row.pk)
        if state and state != state_of(held):
            raise StaleForm(
                _("Another administrator saved this before you. Compare and save again.")
            )
        told = {}
        for name, new in values.items():
            old = getattr(held, name)
            if old != new:
                told[name] = [_told(old), _told(new)]
                setattr(held, name, new)
        if told:
            held.save(update_fields=list(told))
            _write(held, by, "setting.changed", told)
    return held


def add_setting(row: Row, *, by: User) -> Row:
    """A new row of a dictionary; its code stands once."""
    _administrator(by)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            told = {
                field.name: [None, _told(getattr(row, field.attname))]
                for field in row._meta.concrete_fields
                if not field.primary_key and getattr(row, field.attname) not in ("", None)
            }
            _write(row, by, "setting.added", told)
    except IntegrityError as error:
        raise RuleBroken("code_taken", _("This code is taken. Choose another."), "code") from error
    return row


def _write(row: models.Model, by: User, kind: str, told: dict[str, object]) -> None:
    code = getattr(row, "code", "") or str(row.pk)
    audit(kind, by=by, object_kind=row._meta.model_name or "", object_ref=code, detail=told)


def _told(value: object) -> object:
    if value is None or isinstance(value, (bool, int)):
        return value
    text = str(value)
    return text if len(text) <= LONGEST_TOLD else f"{text[:LONGEST_TOLD]}…"


def _administrator(by: User) -> None:
    if not standing_of(by).has(Role.ADMINISTRATOR):
        raise NotAllowed()

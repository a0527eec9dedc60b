"""A structure that ended: how that is said, and that nothing goes to it even in the same second."""

from __future__ import annotations

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions.gate import patient
from callcenter.errors import RuleBroken
from people.models import Structure

HOLD = "SELECT valid_to FROM people_structure WHERE id = %s FOR KEY SHARE"


def ended_words(structure: Structure) -> str:
    """A structure that ended names its successor."""
    heir = structure.successor
    if heir is not None:
        return _("%(name)s no longer exists. Its successor is %(heir)s.") % {
            "name": structure.name, "heir": heir.name,
        }  # fmt: skip
    return _("%(name)s no longer exists. Choose its successor.") % {"name": structure.name}


def still_there(structure: Structure) -> None:
    """Asked in the referral's own transaction. Who ends a structure holds its row; so either the end
    is seen here, or the referral is seen by whoever ends it. Those who send do not wait for each
    other. (A foreign key alone does not hold the row: it is checked at the very end.)"""
    with patient(), connection.cursor() as cursor:
        cursor.execute(HOLD, [structure.pk])
        row = cursor.fetchone()
    if row is not None and row[0] is not None and row[0] < timezone.localdate():
        gone = Structure.objects.select_related("successor").get(pk=structure.pk)
        raise RuleBroken("structure_ended", ended_words(gone), field="structure")

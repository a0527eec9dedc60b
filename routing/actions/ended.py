"""A structure that ended: how that is said, and that nothing goes to it even in the same second."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from callcenter.errors import RuleBroken
from people.models import Structure


def ended_words(structure: Structure) -> str:
    """A structure that ended names its successor."""
    heir = structure.successor
    if heir is not None:
        return _("%(name)s no longer exists. Its successor is %(heir)s.") % {
            "name": structure.name, "heir": heir.name,
        }  # fmt: skip
    return _("%(name)s no longer exists. Choose its successor.") % {"name": structure.name}


def still_there(structure: Structure) -> None:
    """Asked after the referral is written, in its transaction: who ends a structure holds its row,
    so that either the end is seen here, or the referral is seen by whoever ends it."""
    gone = (
        Structure.objects.select_related("successor")
        .filter(pk=structure.pk, valid_to__lt=timezone.localdate())
        .first()
    )
    if gone is not None:
        raise RuleBroken("structure_ended", ended_words(gone), field="structure")

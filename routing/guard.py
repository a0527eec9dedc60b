"""Where a complaint may never go: to the body complained about, to anything subordinate to it, and
to whatever took their place when the ministry was reorganised (Code of Administrative Offences,
594-1.1.2). Rules, suggestions, dialogs, the API and bulk actions all ask here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from appeals.models import Appeal
from people.models import Placement, Structure, User
from people.standing import standing_of

#: Where a complaint goes when there is no superior to send it to.
LAST_INSTANCE = "apparatus-head"

BELOW = """
WITH RECURSIVE below (id) AS (
    SELECT %s::bigint
    UNION
    SELECT found.id FROM below
    CROSS JOIN LATERAL (
        SELECT child.id FROM people_structure child WHERE child.parent_id = below.id
        UNION ALL
        SELECT gone.successor_id FROM people_structure gone
        WHERE gone.id = below.id AND gone.successor_id IS NOT NULL
    ) found
)
SELECT id FROM below
"""

#: `is_past`: reached by successions alone, each of a body that has ended.
ABOVE = """
WITH RECURSIVE above (origin, id, is_past) AS (
    SELECT id, id, true FROM people_structure WHERE id = ANY(%s)
    UNION
    SELECT above.origin, found.id, found.is_past FROM above
    CROSS JOIN LATERAL (
        SELECT child.parent_id AS id, false AS is_past FROM people_structure child
        WHERE child.id = above.id AND child.parent_id IS NOT NULL
        UNION ALL
        SELECT gone.id, above.is_past AND COALESCE(gone.valid_to < %s, false)
        FROM people_structure gone WHERE gone.successor_id = above.id
    ) found
)
SELECT origin, id, is_past FROM above
"""


@dataclass(frozen=True)
class Ancestry:
    """What stands before one structure: those a complaint about which may not reach it (the other
    way round of `barred_structures`), and the ended bodies whose work it carries on."""

    accusers: frozenset[int]
    past: frozenset[int]


def ancestry_of(structures: Collection[int]) -> dict[int, Ancestry]:
    """Of each structure, in one statement."""
    accusers: dict[int, set[int]] = {each: {each} for each in structures}
    past: dict[int, set[int]] = {each: set() for each in structures}
    if structures:
        with connection.cursor() as cursor:
            cursor.execute(ABOVE, [sorted(structures), timezone.localdate()])
            for origin, above, is_past in cursor.fetchall():
                accusers[origin].add(above)
                if is_past and above != origin:
                    past[origin].add(above)
    return {each: Ancestry(frozenset(accusers[each]), frozenset(past[each])) for each in structures}


def ancestry_around(user: User) -> dict[int, Ancestry]:
    """Of every place the person stands in. Kept on the user object with the standing it belongs to:
    one request asks many times."""
    standing = standing_of(user)
    kept = getattr(user, "_ancestry", None)
    if kept is None or kept[0] is not standing:
        kept = (standing, ancestry_of(standing.structures | standing.own))
        user._ancestry = kept
    found: dict[int, Ancestry] = kept[1]
    return found


def barred_structures(accused_id: int | None) -> frozenset[int]:
    """Keys of the structures a complaint about `accused_id` may not reach; one statement."""
    if accused_id is None:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(BELOW, [accused_id])
        return frozenset(row[0] for row in cursor.fetchall())


def is_complained_about(appeal: Appeal, structure: Structure) -> bool:
    """True when the structure is the accused, under it, or its successor."""
    return structure.pk in barred_structures(appeal.complained_structure_id)


def is_accused(appeal: Appeal, user: User) -> bool:
    """True for the person the appeal complains about, and for the people of the body it complains
    about wherever else they stand: never its executor."""
    if appeal.complained_user_id == user.pk:
        return True
    accused = appeal.complained_structure_id
    if accused is None:
        return False
    if own := standing_of(user).own:
        ancestry = ancestry_around(user)
        return any(accused in ancestry[each].accusers for each in own)
    # Who has left, or stands nowhere, is looked up by the places still named.
    barred = barred_structures(accused)
    today = Placement.objects.on(timezone.localdate())
    return today.filter(user=user, structure_id__in=barred).exists()


def complaint_way(appeal: Appeal) -> Structure | None:
    """The default way of a complaint: the superior of the accused; the head of the Apparatus where
    the superior is the ministry itself; nobody when the head of the Apparatus is accused."""
    accused = appeal.complained_structure
    if accused is None:
        return None
    barred = barred_structures(accused.pk)
    current = Structure.objects.current()
    superior = current.filter(pk=accused.parent_id).exclude(pk__in=barred).first()
    if superior is not None and superior.parent_id is not None:
        return superior
    return current.filter(code=LAST_INSTANCE).exclude(pk__in=barred).first()

"""Where a person stands today: own role, roles carried for others, places in structures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from people.models import Delegation, Position, Role, User


@dataclass(frozen=True)
class Standing:
    """A person's rights on one day; everything that decides about rights reads only this."""

    roles: frozenset[str]
    structures: frozenset[int] = field(default_factory=frozenset)
    headed: frozenset[int] = field(default_factory=frozenset)
    own: frozenset[int] = field(default_factory=frozenset)  # the person's own places among them
    acting_for_name: str = ""

    def has(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))


NAMED = ("role", "last_name", "first_name", "username")
#: The person and everyone they act for on the day, each with every place held on it. Asked by every
#: request, hence in one question.
PLACES = f"""
SELECT person.id, {", ".join(f"person.{name}" for name in NAMED)}, place.structure_id, place.position
FROM people_user person
LEFT JOIN people_placement place ON place.user_id = person.id AND place.valid_from <= %(day)s
    AND (place.valid_to IS NULL OR place.valid_to >= %(day)s)
WHERE person.id = %(user)s OR person.id IN (
    SELECT principal_id FROM people_delegation WHERE delegate_id = %(user)s
        AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)
)
ORDER BY person.id
"""
NOBODY = Standing(roles=frozenset())


def standing_of(user: User, on: dt.date | None = None) -> Standing:
    """Own role and places plus those of everyone the person acts for on the day (charter 5.2).

    Kept on the user object: one request asks many times, the answer is of one day.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOBODY
    day = on or timezone.localdate()
    kept: tuple[dt.date, Standing] | None = getattr(user, "_standing", None)
    if kept is not None and kept[0] == day:
        return kept[1]
    people: dict[int, User] = {user.pk: user}
    structures, headed, own = set(), set(), set()
    with connection.cursor() as cursor:
        cursor.execute(PLACES, {"user": user.pk, "day": day})
        for pk, *named, structure, position in cursor.fetchall():
            if pk not in people:
                people[pk] = User(**dict(zip(NAMED, named, strict=True)))
            if structure is None:
                continue
            structures.add(structure)
            if pk == user.pk:
                own.add(structure)
            if position in (Position.HEAD, Position.SUBSTITUTE):
                headed.add(structure)
    roles = {person.role for person in people.values()}
    if headed:
        roles.add(Role.STRUCTURE_HEAD)
    standing = Standing(
        roles=frozenset(str(role) for role in roles),
        structures=frozenset(structures),
        headed=frozenset(headed),
        own=frozenset(own),
        acting_for_name=", ".join(one.name for one in people.values() if one is not user),
    )
    place = getattr(user, "confined_to", None)
    if place is not None:
        standing = _confined(standing, place)
    user._standing = (day, standing)
    return standing


def _confined(standing: Standing, place: int) -> Standing:
    """In the place of one structure only, whatever else the person may do (a structure's token)."""
    if place not in standing.structures:
        return NOBODY
    is_headed = place in standing.headed
    role = Role.STRUCTURE_HEAD if is_headed else Role.STRUCTURE_USER
    return Standing(
        roles=frozenset({str(role)}),
        structures=frozenset({place}),
        headed=frozenset({place} if is_headed else ()),
        own=standing.own,
        acting_for_name=standing.acting_for_name,
    )


def holders(role: str, on: dt.date | None = None) -> list[User]:
    """Everyone who holds a role on the day, those who act for its holders included."""
    day = on or timezone.localdate()
    acting = Delegation.objects.on(day).filter(principal__role=role).values("delegate")
    return list(User.objects.filter(Q(role=role) | Q(pk__in=acting), is_active=True).order_by("pk"))

"""Where a person stands today: own role, roles carried for others, places in structures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from callcenter import prepared
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
#: The person and everyone they act for on the day, each with every place held on it.
FROM_PLACES = """
FROM people_user person
LEFT JOIN people_placement place ON place.user_id = person.id AND place.valid_from <= %s
    AND (place.valid_to IS NULL OR place.valid_to >= %s)
WHERE person.id = %s OR person.id IN (
    SELECT principal_id FROM people_delegation WHERE delegate_id = %s
        AND valid_from <= %s AND (valid_to IS NULL OR valid_to >= %s)
)
ORDER BY person.id
"""
PLACES = f"""
SELECT place.structure_id, place.position, person.id, {", ".join(f"person.{name}" for name in NAMED)}
{FROM_PLACES}"""
#: The same asked by every request, with all of the person and what they have not read (people.alerts):
#: hence in one question.
FIELDS = [field.attname for field in User._meta.concrete_fields]
ASKING = f"""
SELECT place.structure_id, place.position, ARRAY(
    SELECT about FROM people_alert WHERE user_id = %s AND read_at IS NULL
    ORDER BY at DESC, id DESC LIMIT %s
), {", ".join(f"person.{name}" for name in FIELDS)}
{FROM_PLACES}"""
#: Unread alerts are counted no further; "99+".
MOST_UNREAD = 99
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
    rows = prepared.rows(PLACES, [day, day, user.pk, user.pk, day, day])
    found = [
        (
            user if pk == user.pk else User(pk=pk, **dict(zip(NAMED, named, strict=True))),
            structure,
            position,
        )
        for structure, position, pk, *named in rows
    ]
    return _stand(user, day, found)


def asking(pk: int) -> User | None:
    """The person of a request, where they stand and the things their unread alerts are about."""
    day = timezone.localdate()
    rows = prepared.rows(ASKING, [pk, MOST_UNREAD + 1, day, day, pk, pk, day, day])
    found = [
        (User.from_db("default", FIELDS, person), structure, position)
        for structure, position, _unread, *person in rows
    ]
    user = next((person for person, *_place in found if person.pk == pk), None)
    if user is None:
        return None
    user.unread = tuple(rows[0][2])
    if user.is_active:
        _stand(user, day, found)
    return user


def _stand(user: User, day: dt.date, places: list[tuple[User, int | None, str | None]]) -> Standing:
    """Where the person stands by these places of theirs and of those they act for; kept on the user."""
    people: dict[int, User] = {user.pk: user}
    structures, headed, own = set(), set(), set()
    for person, structure, position in places:
        people.setdefault(person.pk, person)
        if structure is None:
            continue
        structures.add(structure)
        if person.pk == user.pk:
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


@dataclass(frozen=True)
class Reader:
    """The same person with the same rights on the same day: what is kept for one is right for them."""

    user: User = field(compare=False)
    pk: int
    standing: Standing
    day: dt.date

    @classmethod
    def of(cls, user: User) -> Reader:
        return cls(user, user.pk, standing_of(user), timezone.localdate())


def holders(role: str, on: dt.date | None = None) -> list[User]:
    """Everyone who holds a role on the day, those who act for its holders included."""
    day = on or timezone.localdate()
    acting = Delegation.objects.on(day).filter(principal__role=role).values("delegate")
    return list(User.objects.filter(Q(role=role) | Q(pk__in=acting), is_active=True).order_by("pk"))

"""Where those search who read no lists of appeals: layers above name the page."""

from __future__ import annotations

from collections.abc import Iterable

from callcenter import navigation
from people.models import User
from people.standing import standing_of

#: Names of addresses that take `q`, by role.
_places: dict[str, str] = {}


def know_place(url_name: str, roles: Iterable[str]) -> None:
    """People of these roles search on that page. Called from `AppConfig.ready`."""
    of = frozenset(map(str, roles))
    _places.update(dict.fromkeys(of, url_name))
    navigation.know_searchers(of)


def place_of(user: User) -> str:
    """The page on which this person searches, "" for none."""
    standing = standing_of(user)
    return next((name for role, name in _places.items() if standing.has(role)), "")

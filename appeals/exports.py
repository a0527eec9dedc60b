"""The way from a list to its rows as a file, which a layer above writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from people.models import User

#: The address of the export, or nothing for whoever may take no rows out.
_places: dict[str, Callable[[User], str]] = {}


def know(name: str, address_for: Callable[[User], str]) -> None:
    """Say where rows are exported; in `AppConfig.ready()`."""
    _places[name] = address_for


def export_url(user: User, query: Mapping[str, str]) -> str:
    """The export of what the list shows, with the same filters; empty where there is none."""
    address = next(filter(None, (place(user) for place in _places.values())), "")
    return f"{address}?{urlencode(query)}" if address and query else address

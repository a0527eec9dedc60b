"""What stands in the rail and in the top bar. Apps register their own pieces when they are ready."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

Reader = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Section:
    """One line of the rail; no roles means everybody who is signed in.

    `key` is the shortcut ("g d"), `group` draws a line between sections, `order` sorts within a group,
    `badge` counts what waits there and is asked once a page.
    """

    label: Any
    url_name: str
    key: str = ""
    roles: frozenset[str] | set[str] = frozenset()
    badge: Callable[[HttpRequest], int | None] | None = None
    tone: str = ""
    group: int = 1
    order: int = 100


@dataclass(frozen=True)
class BarPart:
    """A fragment in the top bar, such as the state of the call or the bell; shown to the named roles.

    The template is included with what `data` returns, besides the page's own context.
    """

    template: str
    data: Callable[[HttpRequest], Mapping[str, Any]] | None = None
    roles: frozenset[str] | set[str] = frozenset()
    order: int = 100


@dataclass(frozen=True)
class Line:
    """A section as one reader sees it on one page."""

    label: Any
    url: str
    key: str
    badge: int | None
    tone: str
    current: bool


@dataclass
class _Registry:
    sections: dict[str, Section] = field(default_factory=dict)
    parts: dict[str, BarPart] = field(default_factory=dict)
    searchers: set[str] = field(default_factory=set)
    roles_of: Callable[[Any], Iterable[str]] | None = None


_registry = _Registry()


def register(*sections: Section) -> None:
    """Add sections to the rail; one address stands there once."""
    for section in sections:
        _registry.sections[section.url_name] = section


def place(part: BarPart) -> None:
    """Add a fragment to the top bar."""
    _registry.parts[part.template] = part


def know_searchers(roles: Iterable[str]) -> None:
    """People of these roles find something by the box above every page."""
    _registry.searchers |= {str(role) for role in roles}


def may_search(request: HttpRequest) -> bool:
    """Whether the box above the page leads this reader anywhere."""
    return bool(_registry.searchers & roles_of(request.user))


def know_roles(roles_of: Callable[[Any], Iterable[str]]) -> None:
    """Name the function that says which roles a user holds today, those carried for others included."""
    _registry.roles_of = roles_of


def roles_of(user: Reader) -> frozenset[str]:
    """Roles by which the rail is cut for this reader."""
    if not user.is_authenticated:
        return frozenset()
    if _registry.roles_of is None:
        return frozenset([str(getattr(user, "role", ""))])
    return frozenset(str(role) for role in _registry.roles_of(user))


def sections() -> list[Section]:
    """Every registered section in the order of the rail."""
    return sorted(_registry.sections.values(), key=lambda section: (section.group, section.order))


def rail(request: HttpRequest) -> list[list[Line]]:
    """Groups of sections this reader may open, the one being read marked as current."""
    if not request.user.is_authenticated:
        return []
    roles = roles_of(request.user)
    seen = [section for section in sections() if not section.roles or section.roles & roles]
    urls = {section.url_name: reverse(section.url_name) for section in seen}
    current = _current(request.path, urls.values())
    groups: dict[int, list[Line]] = {}
    for section in seen:
        url = urls[section.url_name]
        count = section.badge(request) if section.badge else None
        line = Line(section.label, url, section.key, count, section.tone, url == current)
        groups.setdefault(section.group, []).append(line)
    return list(groups.values())


def bar(request: HttpRequest) -> list[dict[str, Any]]:
    """Fragments of the top bar for this reader, with their data."""
    if not request.user.is_authenticated:
        return []
    roles = roles_of(request.user)
    parts = sorted(_registry.parts.values(), key=lambda part: part.order)
    return [
        {"template": part.template, "data": part.data(request) if part.data else {}}
        for part in parts
        if not part.roles or part.roles & roles
    ]


def _current(path: str, urls: Iterable[str]) -> str:
    """The longest section address the page lies under; "/" is only itself."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default="")

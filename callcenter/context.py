"""What every page knows: the rail, the top bar, the reader's theme."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from callcenter import navigation as registry

THEMES = ("light", "dark")
#: Rails kept drawn in a process, by language, sections, their counts and the one being read.
MOST_RAILS = 512
_rails: dict[tuple[str | None, tuple[tuple[str, int | None, bool], ...]], SafeString] = {}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor of base.html; the rail is computed only by pages that draw it."""
    theme = request.COOKIES.get("theme", "")
    return {
        "rail": lambda: _rail(request),
        "bar_parts": lambda: registry.bar(request),
        "may_search": lambda: registry.may_search(request),
        "theme": theme if theme in THEMES else "",
        "sign_in_url": resolve_url(settings.LOGIN_URL),
        "languages": settings.LANGUAGES,
    }


def _rail(request: HttpRequest) -> SafeString:
    """The rail drawn: the same for all who read the same sections, on pages of one section."""
    groups = registry.rail(request)
    lines = tuple((line.url, line.badge, line.current) for group in groups for line in group)
    key = (get_language(), lines)
    drawn = _rails.get(key)
    if drawn is None:
        if len(_rails) >= MOST_RAILS:
            _rails.clear()
        drawn = _rails[key] = render_to_string("_rail.html", {"rail": groups})
    return drawn

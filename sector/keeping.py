"""Dashboards kept for half a minute, so that a wall or a head who looks often costs nothing.

What is kept is the content of a page as one person saw it in one language at one address: another
person, other rights, other filters or a newer making of the facts never meet it. Losing the cache
only means computing again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from people.standing import standing_of
from reports.models import FactsState

#: Seconds. The facts are a minute behind at most, and a new making of them is never waited for:
#: only figures of this moment can be so old.
KEPT_FOR = 30


def board(
    request: HttpRequest, template: str, title: str | Promise, asked: Callable[[], dict[str, Any]]
) -> HttpResponse:
    """The page around the content of `template`; its figures are asked when none are kept.

    The template holds no form that is posted: a kept one would carry somebody's old token.
    """
    key = _key(request, template)
    content = cache.get(key)
    if content is None:
        context = asked() | {"layout": "sector/_content.html"}
        content = render_to_string(template, context, request)
        cache.set(key, str(content), KEPT_FOR)
    frame = "sector/_wall.html" if "wall" in request.GET else "sector/_page.html"
    return render(request, frame, {"content": mark_safe(content), "title": title})


def _key(request: HttpRequest, template: str) -> str:
    standing = standing_of(request.user)
    version = FactsState.objects.values_list("version", flat=True).first()
    told = (
        request.user.pk, sorted(standing.roles), sorted(standing.structures),
        sorted(standing.headed), get_language(), template, request.get_full_path(),
        timezone.localdate(), version,
    )  # fmt: skip
    return f"board:{hashlib.sha256(repr(told).encode()).hexdigest()}"

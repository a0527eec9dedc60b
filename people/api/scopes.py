"""What a token may be allowed. Each app names its own scopes when it is ready."""

from __future__ import annotations

from django.utils.functional import Promise

_scopes: dict[str, str | Promise] = {}


def know_scope(code: str, label: str | Promise) -> None:
    """Let tokens carry a scope, such as "appeals.read"."""
    _scopes[code] = label


def known_scopes() -> dict[str, str | Promise]:
    """Every scope with its name, by code."""
    return dict(sorted(_scopes.items()))

"""The OpenAPI description: what every operation shares is said once, here."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent
from rest_framework.permissions import SAFE_METHODS

from callcenter.problems import CONTENT_TYPE, TITLES
from people.api.auth import scope_of
from people.api.idempotency import HEADER, KEY

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. Programs look at `code`; `detail` is for people.",
    "required": ["type", "title", "status", "code", "detail", "request"],
    "properties": {
        "type": {"type": "string", "description": "Always about:blank."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Which rule; stays the same in every language."},
        "detail": {"type": "string"},
        "request": {"type": "string", "description": "The request's own id, as in the log."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
EXAMPLE = {
    "type": "about:blank",
    "title": "Conflict",
    "status": 409,
    "code": "not_possible",
    "detail": "“Take” is not possible while the appeal is “Closed”.",
    "request": "6f1d2a90c4b7e835",
}
ALWAYS = (400, 401, 403, 404, 429, 503)
OF_WRITING = (409, 413, 415, 422)


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "people.api.auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made by an administrator, acting as its owner within its scopes.",
        }


class ApiSchema(AutoSchema):
    """Adds the problems, the key of repeated requests and the scope to every operation."""

    def get_operation(
        self,
        path: str,
        path_regex: str,
        path_prefix: str,
        method: str,
        registry: ComponentRegistry,
    ) -> dict[str, Any] | None:
        operation = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is None or self._is_apart():
            return operation
        component = ResolvedComponent(
            name="Problem", type=ResolvedComponent.SCHEMA, object="Problem", schema=PROBLEM
        )
        registry.register_on_missing(component)
        writes = method not in SAFE_METHODS
        codes = [*ALWAYS, *(OF_WRITING if writes else ())]
        for code in codes:
            content: dict[str, Any] = {"schema": component.ref}
            if code == 409:
                content["examples"] = {"NotPossible": {"value": EXAMPLE}}
            operation["responses"].setdefault(
                str(code), {"description": str(TITLES[code]), "content": {CONTENT_TYPE: content}}
            )
        if writes and self.view.keeps:
            operation.setdefault("parameters", []).append(self._key())
        scope = scope_of(self.view, method)
        if scope:
            told = str(_("Scope: `%(scope)s`.")) % {"scope": scope}
            operation["description"] = f"{operation.get('description', '')}\n\n{told}".strip()
        return operation

    def _is_apart(self) -> bool:
        return not hasattr(self.view, "needs_key")

    def _key(self) -> dict[str, Any]:
        return {
            "name": HEADER,
            "in": "header",
            "required": bool(self.view.needs_key),
            "schema": {
                "type": "string",
                "minLength": 1,
                "maxLength": 255,
                "pattern": f"^{KEY.pattern}$",
            },
            "description": "Chosen by the caller, new for each intended change. The same request with "
            "the same key is done once and gets the same answer for at least 24 hours.",
            "example": "0b0e9c6e-3f0a-4a52-9d5d-0a1c6f0f3b77",
        }

    def get_tags(self) -> list[str]:
        return (
            [getattr(self.view, "tag", "")] if getattr(self.view, "tag", "") else super().get_tags()
        )

"""The description for machines (OpenAPI) and the same for people, without anybody else's server."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from people.api.auth import TokenAuthentication


class Description(SpectacularAPIView):
    """For whoever is signed in or brings a token."""

    authentication_classes = [TokenAuthentication, SessionAuthentication]
    permission_classes = [IsAuthenticated]

    def _get_schema_response(self, request: Request) -> HttpResponse:
        renderer = request.accepted_renderer
        name = self._get_filename(request, None)
        return HttpResponse(
            _written(get_language() or "az", type(renderer)),
            content_type=f"{renderer.media_type}; charset=utf-8",
            headers={"Content-Disposition": f'inline; filename="{name}"'},
        )


@login_required
@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """Every call of the API with its parameters, fields, answers and an example."""
    return render(request, "people/api_docs.html", _described(get_language() or "az"))


@lru_cache(maxsize=4)
def _generated(language: str) -> dict[str, Any]:
    """The addresses do not change while the process lives; only labels follow the language."""
    return SchemaGenerator().get_schema(request=None, public=True)


@lru_cache(maxsize=8)
def _written(language: str, renderer: type[BaseRenderer]) -> bytes:
    """Describing and writing it takes a second, and a program may ask as often as it likes."""
    return renderer().render(_generated(language))


@lru_cache(maxsize=4)
def _described(language: str) -> dict[str, Any]:
    schema = _generated(language)
    components = schema.get("components", {}).get("schemas", {})
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            told = _operation(path, method, operation, components)
            groups.setdefault((operation.get("tags") or [""])[0], []).append(told)
    return {"groups": groups, "info": schema["info"]}


def _operation(
    path: str, method: str, operation: dict[str, Any], components: dict[str, Any]
) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    kind, content = next(iter(body.items()), ("", {}))
    answers = [
        {
            "status": status,
            "text": answer.get("description", ""),
            "fields": _fields(_schema(answer), components),
        }
        for status, answer in sorted(operation["responses"].items())
    ]
    good = next((a for s, a in sorted(operation["responses"].items()) if s < "300"), {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary") or operation["operationId"],
        "text": operation.get("description", ""),
        "parameters": [
            {
                "name": one["name"],
                "where": one["in"],
                "kind": _kind(one["schema"], components),
                "required": one.get("required", False),
                "text": one.get("description", ""),
            }
            for one in operation.get("parameters", [])
        ],
        "content_type": kind,
        "body": _fields(content.get("schema", {}), components),
        "sent": _example(content),
        "answers": [answer for answer in answers if answer["status"] < "300"],
        "problems": [answer for answer in answers if answer["status"] >= "300"],
        "answered": _example(next(iter(good.get("content", {}).values()), {})),
    }


def _schema(answer: dict[str, Any]) -> dict[str, Any]:
    return next(iter(answer.get("content", {}).values()), {}).get("schema", {})


def _example(content: dict[str, Any]) -> str:
    examples = content.get("examples", {})
    value = next((one.get("value") for one in examples.values()), content.get("example"))
    return json.dumps(value, ensure_ascii=False, indent=2) if value is not None else ""


def _named(schema: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """What a reference, or the only part of an `allOf`, points at."""
    while True:
        if "$ref" in schema:
            schema = components.get(schema["$ref"].rpartition("/")[2], {})
        elif len(schema.get("allOf", [])) == 1:
            schema = schema["allOf"][0]
        else:
            return schema


def _fields(schema: dict[str, Any], components: dict[str, Any]) -> list[dict[str, Any]]:
    known = _named(schema, components)
    if known.get("type") == "array":
        known = _named(known.get("items", {}), components)
    required = known.get("required", [])
    return [
        {
            "name": name,
            "kind": _kind(one, components),
            "required": name in required,
            "text": one.get("description", ""),
        }
        for name, one in known.get("properties", {}).items()
    ]


def _kind(schema: dict[str, Any], components: dict[str, Any]) -> str:
    """A type in one line: "string (date-time)", "one of: a, b"."""
    if "oneOf" in schema:
        return " | ".join(filter(None, (_kind(one, components) for one in schema["oneOf"])))
    known = _named(schema, components)
    if "enum" in known:
        return " | ".join(f"“{one}”" if one == "" else str(one) for one in known["enum"])
    if known.get("type") == "array":
        return f"[{_kind(known.get('items', {}), components)}]"
    if known.get("type") == "object" and known.get("properties"):
        inner = ", ".join(known["properties"])
        return f"{{{inner}}}"
    form = f" ({known['format']})" if "format" in known else ""
    return f"{known.get('type', '')}{form}"

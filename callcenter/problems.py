"""The API's errors as RFC 9457 problem documents."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from callcenter.errors import RuleBroken
from callcenter.logs import request_id

CONTENT_TYPE = "application/problem+json"


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of the API: one shape for every refusal."""
    if isinstance(error, RuleBroken):
        response = Response(status=error.status)
        response.data = problem(error.status, error.code, str(error.message))
        if error.field:
            response.data["errors"] = [entry(error.field, error.code, error.message)]
        return finish(response)
    if isinstance(error, (Http404, PermissionDenied)):
        error = NotFound()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, APIException):
        return response
    if isinstance(error, ValidationError):
        response.data = problem(
            response.status_code, "invalid", _("Some of what was sent is not right.")
        )
        response.data["errors"] = entries(error.detail, error.get_codes())
    else:
        codes = error.get_codes()
        response.data = problem(
            response.status_code, codes if isinstance(codes, str) else "error", str(error.detail)
        )
    return finish(response)


def problem(status_code: int, code: str, detail: str) -> dict[str, Any]:
    """`type` stays about:blank; programs look at `code`."""
    return {
        "type": "about:blank",
        "title": TITLES.get(status_code, "Error"),
        "status": status_code,
        "code": code,
        "detail": detail,
        "request": request_id.get(),
    }


def finish(response: Response) -> Response:
    response.content_type = CONTENT_TYPE
    if response.status_code == status.HTTP_503_SERVICE_UNAVAILABLE:
        response["Retry-After"] = "3"
    return response


def entry(pointer: str, code: str, message: Any) -> dict[str, str]:
    return {"field": pointer, "code": str(code), "detail": str(message)}


def entries(detail: Any, codes: Any, pointer: str = "") -> list[dict[str, str]]:
    """Nested errors as a flat list, each with the place it belongs to."""
    if isinstance(detail, dict):
        keys: Any = detail.keys()
    elif isinstance(detail, list):
        keys = range(len(detail))
    else:
        return [entry(pointer or "non_field_errors", codes, detail)]
    found: list[dict[str, str]] = []
    for key in keys:
        is_message = isinstance(detail, list) and not isinstance(detail[key], (dict, list))
        inner = pointer if is_message else f"{pointer}.{key}".lstrip(".")
        found += entries(detail[key], codes[key], inner)
    return found


TITLES = {
    400: "Bad request",
    401: "Sign-in needed",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Conflict",
    415: "Unsupported media type",
    429: "Too many requests",
    503: "Busy",
}

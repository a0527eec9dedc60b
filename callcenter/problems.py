"""The API's errors as RFC 9457 problem documents."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, ParseError, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from callcenter.errors import Busy, RuleBroken
from callcenter.logs import request_id

CONTENT_TYPE = "application/problem+json"
API = "/api/"


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of the API: one shape for every refusal."""
    if isinstance(error, OperationalError) and "timeout" in str(error):
        error = Busy()
    if isinstance(error, RequestDataTooBig):
        return finish(Response(problem(413, "too_large", _("What was sent is too large.")), 413))
    if isinstance(error, SuspiciousOperation):
        error = ParseError()
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
        "title": str(TITLES.get(status_code, _("Error"))),
        "status": status_code,
        "code": code,
        "detail": detail,
        "request": request_id.get(),
    }


def finish(response: Response) -> Response:
    response.content_type = CONTENT_TYPE
    response["Cache-Control"] = "no-store"
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


def server_error(request: HttpRequest) -> HttpResponse:
    """What nobody foresaw: a page to people, a problem to programs."""
    if request.path_info.startswith(API):
        told = problem(500, "error", _("The service failed. The request's id tells where to look."))
        return JsonResponse(told, status=500, content_type=CONTENT_TYPE)
    return defaults.server_error(request)


TITLES = {
    400: gettext_lazy("Bad request"),
    401: gettext_lazy("Token needed"),
    403: gettext_lazy("Forbidden"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Method not allowed"),
    406: gettext_lazy("Not acceptable"),
    409: gettext_lazy("Conflict"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Unsupported media type"),
    422: gettext_lazy("Unprocessable content"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Error of the service"),
    503: gettext_lazy("Busy"),
}

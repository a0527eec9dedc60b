"""What every request passes: its own id, and the answers to broken rules."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from callcenter.errors import AlreadyDone, Busy, RuleBroken
from callcenter.logs import request_id
from callcenter.problems import API

GetResponse = Callable[[HttpRequest], HttpResponse]
GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestId:
    """Every request has an id, in each log line and in the answer; a proxy's id is kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        own = given if GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        token = request_id.set(own)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = own
        return response


class TooLong:
    """A request that says it is longer than may be is refused before any of it is read."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length <= settings.LARGEST_REQUEST:
            return self.get_response(request)
        words = _("This is larger than %(most)d MB and was not read.") % {
            "most": settings.LARGEST_REQUEST // (1024 * 1024)
        }
        response = JsonResponse({"error": words, "code": "too_long"}, status=413)
        return response


class RuleAnswers:
    """Views raise; this answers: a page to people, a fragment to htmx, a plain 404 where nothing may be told."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError) and "lock timeout" in str(error):
            error = Busy()
        if not isinstance(error, RuleBroken):
            return None
        return answer(request, error)


def answer(request: HttpRequest, error: RuleBroken) -> HttpResponse:
    """The broken rule as a page or, for htmx, as a message put in the place of messages."""
    if error.status == 404:
        return render(request, "404.html", {"error": error}, status=404)
    htmx = bool(getattr(request, "htmx", False))
    response = render(
        request,
        "errors/_rule.html" if htmx else "errors/rule.html",
        {"error": error, "is_notice": isinstance(error, AlreadyDone)},
        status=error.status,
    )
    if htmx:
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "beforeend"
    if isinstance(error, Busy):
        response["Retry-After"] = "3"
    return response


class ReadersLanguage:
    """Azerbaijani until the reader chooses another: what a browser prefers does not decide.

    A program has no other way to choose, so the API keeps what it was asked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(API):
            request.META.pop("HTTP_ACCEPT_LANGUAGE", None)
        return self.get_response(request)

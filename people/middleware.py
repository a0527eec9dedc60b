"""A first password opens one page: that where the person chooses their own."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

OWN_PAGE = "own-page"
#: What may be asked before a password is chosen, or is asked without any sign-in.
OPEN = frozenset({OWN_PAGE, "sign-out", "sign-in", "set_language", "state", "reception-feed"})


class FirstPassword:
    """Whoever signed in with a password others have seen goes to choose their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.url_name in OPEN:
            return None
        if not getattr(request.user, "must_choose_password", False):
            return None
        if request.htmx:
            return HttpResponseClientRedirect(reverse(OWN_PAGE))
        return redirect(OWN_PAGE)

"""The first page: everybody goes on to the section where their work is."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from callcenter import navigation


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """The first section of the rail this reader may open; an administrator's is the settings."""
    roles = navigation.roles_of(request.user)
    for section in navigation.sections():
        if not section.roles or section.roles & roles:
            return redirect(section.url_name)
    if request.user.is_staff:
        return redirect("admin:index")
    raise PermissionDenied

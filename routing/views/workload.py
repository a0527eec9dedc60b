"""The head's page of the own structure."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from people.standing import standing_of
from routing.workload import headed_by, total, workload


@login_required
@require_GET
def inbox_workload(request: HttpRequest) -> HttpResponse:
    """Work and lateness by executor, only of the structures headed."""
    standing = standing_of(request.user)
    if not standing.headed:
        raise Http404
    loads = workload(standing.headed, timezone.now())
    context = {
        "loads": loads,
        "total": total(loads),
        "structures": headed_by(standing.headed),
    }
    return render(request, "routing/workload.html", context)

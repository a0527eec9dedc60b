"""The operator's desk: taking an appeal in, and finding who calls."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from appeals.access import DESK, only
from appeals.cards import known_numbers
from appeals.forms import IntakeForm
from appeals.kinds import Kind
from appeals.models import Appeal, Applicant
from appeals.search import LONGEST_QUERY, find_applicants

#: Appeals beside the intake form.
BESIDE = 12


@only(DESK)
@require_http_methods(["GET", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """Take an appeal in; a refused form comes back with everything that was typed."""
    if request.method == "POST":
        form = IntakeForm(request.POST, user=request.user)
        appeal = form.save() if form.is_valid() else None
        if appeal is not None:
            request.session["intake_sent"] = True
            messages.success(request, _("%(number)s is registered.") % {"number": appeal.number})
            return redirect(appeal)
    else:
        form = IntakeForm(
            user=request.user,
            initial={
                "kind": Kind.QUESTION,
                "caller_phone": request.GET.get("phone", "")[:40],
                "applicant": request.GET.get("applicant", ""),
            },
        )
    mine = Appeal.objects.visible_to(request.user).open().filter(owner=request.user)
    context = {"form": form, "mine": mine.for_list().order_by("due_at", "id")[:BESIDE]}
    return render(request, "appeals/desk.html", context, status=422 if form.errors else 200)


@only(DESK)
@require_GET
def applicants_find(request: HttpRequest) -> JsonResponse:
    """Applicants for the lookup of the desk; what identifies them is masked."""
    found = find_applicants(request.user, request.GET.get("q", "")[:LONGEST_QUERY])
    rows = [{"id": row.pk, "label": row.name, "hint": _hint(row)} for row in found]
    return JsonResponse(rows, safe=False)


def _hint(applicant: Applicant) -> str:
    spoken = f"{applicant.surname} {applicant.given_name}".strip()
    parts = [spoken] if spoken and spoken not in applicant.name else []
    parts += [fact["value"] for fact in known_numbers(applicant, masked=True)]
    return " · ".join(parts[:3])

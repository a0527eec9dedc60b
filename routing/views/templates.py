"""Answer templates: a structure's people keep their own, the sector head and an administrator those
of everybody."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from callcenter.errors import NotAllowed, RuleBroken
from people.models import Role, Structure
from people.standing import standing_of
from routing import actions
from routing.forms.templates import TemplateForm
from routing.models import AnswerTemplate
from routing.views.referral import read_again, tell_refusal
from routing.wording import editable_by

#: A structure has tens of templates; beyond this the list says so.
MOST_SHOWN = 500


def _keepers(request: HttpRequest) -> bool:
    roles = (Role.STRUCTURE_USER, Role.STRUCTURE_HEAD, Role.SECTOR_HEAD, Role.ADMINISTRATOR)
    if not standing_of(request.user).has(*roles):
        raise NotAllowed()
    return standing_of(request.user).has(Role.SECTOR_HEAD, Role.ADMINISTRATOR)


@login_required
@require_GET
def answer_templates(request: HttpRequest) -> HttpResponse:
    """Those one may change, and those of everybody."""
    _keepers(request)
    own = editable_by(request.user)
    rows = AnswerTemplate.objects.filter(Q(pk__in=own.values("pk")) | Q(structure__isnull=True))
    editable = set(own.values_list("pk", flat=True))
    templates = list(
        rows.select_related("structure", "topic").order_by("structure", "title", "id")[:MOST_SHOWN]
    )
    for row in templates:
        row.is_editable = row.pk in editable
    return render(request, "routing/templates.html", {"templates": templates})


@login_required
@require_http_methods(["GET", "POST"])
def answer_template(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write or change one."""
    common = _keepers(request)
    row = None
    if pk is not None:
        row = editable_by(request.user).select_related("structure", "topic").filter(pk=pk).first()
        if row is None:
            raise NotAllowed()
    own = Structure.objects.filter(pk__in=standing_of(request.user).structures).order_by("path")
    form = TemplateForm(request.POST or None, row=row, own=own, common=common)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_template(pk, by=request.user, **form.cleaned_data)
        except NotAllowed:
            raise
        except RuleBroken as refused:
            fresh = editable_by(request.user).filter(pk=pk).first() if pk else None
            data = read_again(request, refused, form, fresh.version if fresh else 0)
            form = TemplateForm(data, row=row, own=own, common=common)
            tell_refusal(form, refused)
        else:
            messages.success(request, _("The template is kept."))
            return redirect("answer-templates")
    status = 409 if form.errors else 200
    return render(request, "routing/template.html", {"form": form, "row": row}, status=status)

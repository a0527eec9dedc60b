"""The administrator's page that orders the blocks of each sort of report."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from callcenter.errors import NotAllowed
from people.access import only
from people.models import Role
from reports.actions import order_blocks
from reports.blocks import BLOCKS
from reports.composing import order_of
from reports.forms import BlocksForm
from reports.periods import Sort

#: Who orders the blocks.
ORDERERS = frozenset({str(Role.ADMINISTRATOR), str(Role.SECTOR_HEAD)})


@only(ORDERERS)
@require_http_methods(["GET", "POST"])
def blocks(request: HttpRequest, sort: str) -> HttpResponse:
    """Tick the blocks and give each its place; built reports stay as they are."""
    if sort not in Sort.values:
        raise NotAllowed()
    shown = order_of(Sort(sort))
    form = BlocksForm(request.POST or None, shown=shown)
    if request.method == "POST" and form.is_valid():
        order_blocks(Sort(sort), form.ordered(), by=request.user)
        messages.success(request, _("The next reports will be made so."))
        return redirect("report-blocks", sort)
    tabs = [
        {"label": label, "url": reverse("report-blocks", args=[value]), "current": value == sort}
        for value, label in Sort.choices
    ]
    rows = [
        {
            "label": BLOCKS[code].label,
            "shown": form[f"shown-{code}"],
            "place": form[f"place-{code}"],
        }
        for code in form.codes
    ]
    context = {"form": form, "rows": rows, "tabs": tabs, "sort": Sort(sort)}
    return render(request, "reports/blocks.html", context, status=422 if form.errors else 200)

"""Exports of rows: asked for beside their filters, watched, handed out in parts until they expire."""

from __future__ import annotations

import uuid

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from appeals.forms import add_broken
from callcenter.errors import NotAllowed, RuleBroken
from people.access import only
from people.audit import audit
from people.models import User
from people.standing import standing_of
from reports.actions import ask_export
from reports.actions.exporting import EXPORTERS
from reports.exports.filtering import kept
from reports.exports.ranges import handed_out
from reports.forms import ExportForm
from reports.models import Export, ExportState
from reports.tasks import write_export

#: Exports of one page: the newest.
LISTED = 30
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export_address(user: User) -> str:
    """Where a list's rows are asked for as a file; nothing for who may take none out."""
    return reverse("exports") if standing_of(user).has(*EXPORTERS) else ""


@only(EXPORTERS)
@require_http_methods(["GET", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """My exports, and the form that asks for one; opened from a list it carries the list's filters."""
    form = ExportForm(request.POST or None, initial={**kept(request.GET), "format": "xlsx"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            export = ask_export(
                kept(request.POST),
                data["format"],
                by=request.user,
                language=(translation.get_language() or "az")[:2],
                client_id=data["client_id"],
            )
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            write_export.delay_on_commit(export.pk)
            return redirect(export)
    rows = Export.objects.visible_to(request.user).order_by("-id")[:LISTED]
    context = {"form": form, "exports": rows}
    return render(request, "reports/exports.html", context, status=422 if form.errors else 200)


def _one(request: HttpRequest, client_id: uuid.UUID) -> Export:
    found = Export.objects.visible_to(request.user).filter(client_id=client_id).first()
    if found is None:
        raise NotAllowed()
    return found


@only(EXPORTERS)
@require_GET
def export(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """One export: how far it is, or its file. The fragment asks again until it is done."""
    found = _one(request, client_id)
    is_done = found.state not in (ExportState.ASKED, ExportState.BUILDING)
    if request.htmx:
        response = render(request, "reports/_export.html", {"export": found})
        if is_done:
            response["HX-Refresh"] = "true"
        return response
    return render(request, "reports/export.html", {"export": found, "is_done": is_done})


@only(EXPORTERS)
@require_GET
def export_file(request: HttpRequest, client_id: uuid.UUID) -> HttpResponseBase:
    """The file until its day; each beginning of a download is written down."""
    found = _one(request, client_id)
    expired = found.expires_at is not None and found.expires_at <= timezone.now()
    if found.state == ExportState.EXPIRED or expired:
        raise RuleBroken("expired", _("The file has expired. Ask for it again."))
    if found.state != ExportState.READY:
        raise RuleBroken("not_ready", _("The file is not ready yet."))
    response = handed_out(
        request,
        default_storage.open(found.path, "rb"),
        found.size,
        found.file_name,
        CONTENT_TYPES[found.format],
        found.sha256,
    )
    if response.status_code != 416:
        audit(
            "download.export",
            by=request.user,
            object_kind="export",
            object_ref=found.client_id,
            detail={"sha256": found.sha256, "part": response.headers.get("Content-Range", "")},
        )
    return response

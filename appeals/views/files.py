"""Files: taken for a form being filled in or for an appeal, shown, handed out; every look is
written down. No address leads to a stored file but these."""

from __future__ import annotations

import uuid

from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appeals import actions
from appeals.access import DESK, only
from appeals.actions.attachments import largest_megabytes
from appeals.forms import add_broken
from appeals.forms.files import DetachForm
from appeals.lifecycle import Action
from appeals.models import Appeal, Attachment
from appeals.panels import has_rows
from appeals.policies import may
from appeals.views.page import one
from callcenter.errors import NotAllowed, RuleBroken
from callcenter.kept import Kept
from people.audit import audit
from people.standing import Reader

#: Nothing in a handed-out file may run or load anything; a PDF keeps its reader's own styles.
LOCKED = "default-src 'none'; sandbox"
READER = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
PDF = "application/pdf"


def shown_file(request: HttpRequest, client_id: uuid.UUID) -> Attachment:
    """The file, if this reader may have it; otherwise there is no such page."""
    found = (
        Attachment.objects.visible_to(request.user)
        .select_related("appeal")
        .defer("appeal__searched", "appeal__search")
        .filter(client_id=client_id)
        .first()
    )
    if found is None:
        raise NotAllowed()
    return found


@only(DESK)
@require_http_methods(["GET", "POST"])
def draft_files(request: HttpRequest, draft_id: uuid.UUID) -> HttpResponse:
    """One more file of the form being filled in; asked without one, those already there."""
    if request.method == "POST":
        try:
            file = actions.attach_to_draft(draft_id, by=request.user, upload=_uploaded(request))
        except RuleBroken as broken:
            return _told(broken)
        return _lines(request, [file])
    files = Attachment.objects.visible_to(request.user).filter(
        draft_id=draft_id, appeal__isnull=True
    )
    return _lines(request, list(files))


@only(DESK)
@require_POST
def draft_file_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file back from a form not yet sent."""
    actions.drop_draft_file(pk, by=request.user)
    return HttpResponse()


@only(DESK)
@require_POST
def appeal_files(request: HttpRequest, pk: int) -> HttpResponse:
    """One more file of an appeal: a line for the script, the page again for a plain form."""
    found = one(request, pk=pk)
    by_script = request.headers.get("X-Requested-With") == "fetch"
    origins = (Attachment.Origin.APPLICANT, Attachment.Origin.SECTOR)
    origin = next((o for o in origins if o == request.POST.get("origin")), origins[0])
    try:
        file = actions.attach(
            found.pk, by=request.user, upload=_uploaded(request), origin=str(origin)
        )
    except RuleBroken as broken:
        if by_script or isinstance(broken, NotAllowed):
            return _told(broken)
        messages.error(request, str(broken))
        return redirect(found)
    return _lines(request, [file]) if by_script else redirect(found)


@login_required
@require_GET
def file(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """Hand a file out; `?show` lets an image or a PDF be looked at in its page."""
    found = shown_file(request, client_id)
    if found.is_held:
        raise RuleBroken(
            "file_held", _("The scanner has not checked this file yet. Try again in a few minutes.")
        )
    shows = "show" in request.GET and found.is_shown
    audit(
        "look.attachment" if shows else "download.attachment",
        by=request.user, object_kind="attachment", object_ref=found.pk,
        detail={"appeal": found.appeal_id},
    )  # fmt: skip
    response = FileResponse(
        found.file.open("rb"), as_attachment=not shows, filename=found.name,
        content_type=found.content_type,
    )  # fmt: skip
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = READER if found.content_type == PDF else LOCKED
    response["X-Frame-Options"] = "SAMEORIGIN" if found.content_type == PDF else "DENY"
    patch_cache_control(response, private=True, no_store=True)
    return response


@login_required
@require_GET
@csp_update({"frame-src": ["'self'"]})
def file_preview(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """A page with the image or the PDF in it; other files are only handed out."""
    found = shown_file(request, client_id)
    if not found.is_shown or found.is_held:
        raise NotAllowed()
    context = {"file": found, "appeal": found.appeal, "is_pdf": found.content_type == PDF}
    return render(request, "appeals/file.html", context)


@only(DESK)
@require_http_methods(["GET", "POST"])
def file_detach(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """Take a file away from an appeal it does not belong to, with a reason."""
    found = shown_file(request, client_id)
    if found.appeal is None or not may(request.user, Action.CORRECT, found.appeal):
        raise NotAllowed()
    form = DetachForm(request.POST or None)
    if form.is_valid():
        try:
            actions.detach(found.pk, by=request.user, reason=form.cleaned_data["note"])
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            messages.success(request, _("The file was taken away."))
            return redirect(found.appeal)
    context = {"form": form, "file": found, "appeal": found.appeal}
    return render(request, "appeals/detach.html", context, status=422 if form.is_bound else 200)


FILES_PANEL = "appeals/_files_panel.html"


_of_appeal = Kept(
    lambda reader, appeal: Attachment.objects.visible_to(reader.user, appeal).order_by("id")
)


def files_panel(request: HttpRequest, found: Appeal) -> dict[str, object] | None:
    """Data of the appeal page's panel of files."""
    are_any = has_rows(found, FILES_PANEL)
    files = _of_appeal(Reader.of(request.user), appeal=found.pk) if are_any else []
    may_add = may(request.user, Action.ATTACH, found)
    if not files and not may_add:
        return None
    return {
        "files": files, "may_add": may_add, "may_detach": may(request.user, Action.CORRECT, found),
        "appeal": found, "largest": largest_megabytes(),
    }  # fmt: skip


def _uploaded(request: HttpRequest) -> UploadedFile:
    given = request.FILES.get("file")
    if given is None:
        raise RuleBroken("file_missing", _("Choose a file."))
    return given


def _lines(request: HttpRequest, files: list[Attachment]) -> HttpResponse:
    return render(request, "appeals/_files.html", {"files": files})


def _told(broken: RuleBroken) -> JsonResponse:
    return JsonResponse({"error": str(broken), "code": broken.code}, status=broken.status)

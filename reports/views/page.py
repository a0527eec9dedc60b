"""The page of one report, the progress of its building, and its files."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from callcenter.errors import NotAllowed, RuleBroken
from people.access import only
from people.audit import audit
from people.models import AuditEntry
from reports.actions import mark_read
from reports.documents import CONTENT_TYPES
from reports.files import FORMATS, commented_document, file_name, file_of
from reports.lifecycle import ACTIONS, SHOWN, Action
from reports.models import ReportRun
from reports.policies import steps_for
from reports.views.lists import READERS

#: Lines of the report's history on its page.
HISTORY = 40


def run_or_404(request: HttpRequest, run_id: int) -> ReportRun:
    """A report the person sees; unknown and forbidden look the same."""
    rows = ReportRun.objects.visible_to(request.user).select_related(
        "asked_by", "signed_by", "commented_by", "corrects", "corrected_by"
    )
    run = rows.filter(pk=run_id).first()
    if run is None:
        raise NotAllowed()
    return run


@only(READERS)
@require_GET
def report(request: HttpRequest, run_id: int) -> HttpResponse:
    """The report as a page, or how far its building is."""
    run = run_or_404(request, run_id)
    if run.state in SHOWN:
        mark_read(run, by=request.user)
    context = {
        "run": run,
        "steps": [
            {"url": step_url(run, action), "meta": ACTIONS[action], "is_first": at == 0}
            for at, action in enumerate(steps_for(request.user, run))
        ],
        "deliveries": run.deliveries.select_related("user").order_by("id"),
        "written": "written" in request.GET,
        "formats": FORMATS,
        "history": history_of(run),
    }
    if run.meta.has_document:
        context["document"] = commented_document(run)
    return render(request, "reports/report.html", context)


def step_url(run: ReportRun, action: Action) -> str:
    """Commentary has a page of its own; every other step asks once more."""
    if action == Action.COMMENT:
        return reverse("report-comment", args=[run.pk])
    return reverse("report-step", args=[run.pk, str(action)])


@only(READERS)
@require_GET
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """Asked again until the report is built; then the page is opened anew."""
    run = run_or_404(request, run_id)
    response = render(request, "reports/_progress.html", {"run": run})
    if run.meta.has_document or run.failure:
        response["HX-Refresh"] = "true"
    return response


@only(READERS)
@require_GET
def download(request: HttpRequest, run_id: int, format: str) -> HttpResponse:
    """The kept file of the report; every download is written down."""
    run = run_or_404(request, run_id)
    if format not in FORMATS:
        raise NotAllowed()
    if not run.meta.has_document:
        raise RuleBroken("not_built", _("The report is not built yet."))
    kept = file_of(run, format)
    if run.state in SHOWN:
        mark_read(run, by=request.user)
    audit(
        "download.report",
        by=request.user,
        object_kind="report",
        object_ref=run.pk,
        detail={"format": format, "sha256": kept.sha256},
    )
    response = HttpResponse(bytes(kept.content), content_type=CONTENT_TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="{file_name(run, format)}"'
    response["X-Content-SHA256"] = kept.sha256
    return response


def history_of(run: ReportRun) -> list[dict[str, object]]:
    """Who did what with the report, newest first."""
    rows = AuditEntry.objects.filter(object_kind="report", object_ref=str(run.pk)).order_by("-id")
    return [
        {
            "at": row.at,
            "actor": row.actor_name,
            "acting_for": row.acting_for_name,
            "label": _told(row.kind, row.detail),
        }
        for row in rows[:HISTORY]
    ]


def _told(kind: str, detail: dict[str, object]) -> object:
    if kind == "download.report":
        return _("Downloaded as %(format)s") % {"format": str(detail.get("format", "")).upper()}
    code = kind.removeprefix("report.")
    return ACTIONS[Action(code)].past if code in set(Action) else kind

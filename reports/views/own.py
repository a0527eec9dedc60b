"""Own reports: put together and seen at once, saved, shared, sent, taken along as files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appeals.forms import add_broken
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from people.access import only
from people.audit import audit
from reports import actions
from reports.actions.own import AUTHORS
from reports.documents import CONTENT_TYPES, RENDERERS
from reports.files import FORMATS
from reports.forms import OTHER, OwnForm
from reports.models import OwnReport
from reports.own import Question, Result, answer, document_of, read_question
from reports.periods import parse

#: Saved reports of one page.
LISTED = 100


@only(AUTHORS)
@require_GET
def own_reports(request: HttpRequest) -> HttpResponse:
    """Mine first, then those shared by colleagues."""
    rows = OwnReport.objects.visible_to(request.user).select_related("owner").order_by("-id")
    found = sorted(rows[:LISTED], key=lambda one: one.owner_id != request.user.pk)
    return render(request, "reports/own_list.html", {"reports": found})


@only(AUTHORS)
@require_http_methods(["GET", "POST"])
def own_report(request: HttpRequest, report_id: int | None = None) -> HttpResponse:
    """The form and its answer beside each other; a change of the form changes the answer at once."""
    saved = _saved(request, report_id) if report_id is not None else None
    is_mine = saved is None or saved.owner_id == request.user.pk
    sent: QueryDict = request.POST if request.method == "POST" else request.GET
    is_asked = "measures" in sent or request.method == "POST"
    form = OwnForm(sent if is_asked else None, initial=_initial(saved))
    question = result = None
    if not is_asked:
        question, result = _first(form, saved, request)
    elif form.is_valid():
        question, result = _answered(form, request)
    if request.method == "POST" and question is not None and is_mine:
        done = _save(form, question, saved, request)
        if done is not None:
            return done
    context = {
        "form": form,
        "saved": saved,
        "is_mine": is_mine,
        "result": result,
        "formats": FORMATS,
    }
    template = "reports/_own_result.html" if request.htmx else "reports/own.html"
    status = 422 if form.errors and not request.htmx else 200
    return render(request, template, context, status=status)


def _saved(request: HttpRequest, report_id: int) -> OwnReport:
    rows = OwnReport.objects.visible_to(request.user).select_related("owner")
    found = rows.filter(pk=report_id).first()
    if found is None:
        raise NotAllowed()
    return found


def _initial(saved: OwnReport | None) -> dict[str, Any]:
    if saved is None:
        return {"measures": ["received"], "by": "kind", "period": "this_month", "chart": "bar"}
    kept = saved.question
    values = {name: kept.get(name) for name in ("measures", "by", "across", "chart")}
    period = str(kept.get("period", ""))
    if ".." in period:
        dates = parse(period)
        values |= {"period": OTHER, "first": dates.first, "last": dates.last}
    else:
        values["period"] = period
    values |= {"name": saved.name, "is_shared": saved.is_shared, "mailed": saved.mailed}
    return {**values, **kept.get("filters", {}), "version": saved.version}


def _first(
    form: OwnForm, saved: OwnReport | None, request: HttpRequest
) -> tuple[Question | None, Result | None]:
    """What is shown before anything is changed; a saved question may have outlived its parts."""
    kept = saved.question if saved is not None else _initial(None)
    try:
        question = read_question(kept)
        return question, answer(question, request.user)
    except RuleBroken as broken:
        messages.warning(request, str(broken))
        return None, None


def _answered(form: OwnForm, request: HttpRequest) -> tuple[Question | None, Result | None]:
    try:
        question = read_question(form.question())
        return question, answer(question, request.user)
    except RuleBroken as broken:
        add_broken(form, broken)
        return None, None


def _save(
    form: OwnForm, question: Question, saved: OwnReport | None, request: HttpRequest
) -> HttpResponse | None:
    data = form.cleaned_data
    try:
        report = actions.save_own(
            question,
            by=request.user,
            name=data["name"],
            is_shared=data["is_shared"],
            mailed=data["mailed"],
            client_id=data["client_id"],
            report_id=saved.pk if saved is not None else None,
            version=data["version"] if saved is not None else None,
        )
    except StaleForm as stale:
        form.add_error(None, str(stale))
        return None
    except RuleBroken as broken:
        add_broken(form, broken)
        return None
    messages.success(request, _("“%(name)s” is saved.") % {"name": report.name})
    return redirect(report)


@only(AUTHORS)
@require_POST
def own_delete(request: HttpRequest, report_id: int) -> HttpResponse:
    """Only the owner's own."""
    actions.delete_own(report_id, by=request.user)
    messages.success(request, _("The report is deleted."))
    return redirect("own-reports")


@only(AUTHORS)
@require_GET
def own_file(request: HttpRequest, report_id: int, format: str) -> HttpResponse:
    """The answer of this moment as a file, under the reader's rights."""
    saved = _saved(request, report_id)
    if format not in FORMATS:
        raise NotAllowed()
    now = timezone.now()
    language = (translation.get_language() or "az")[:2]
    result = answer(read_question(saved.question), request.user, now)
    content = RENDERERS[format](document_of(saved.name, result, language, now))
    audit(
        "download.own_report",
        by=request.user,
        object_kind="own_report",
        object_ref=saved.pk,
        detail={"format": format},
    )
    response = HttpResponse(content, content_type=CONTENT_TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="hesabat-{saved.pk}.{format}"'
    return response

"""The steps of a report's life: commentary, signature, presenting, archive, correction, retry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from appeals.forms import add_broken
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.access import only
from reports import actions
from reports.forms import CommentForm, CorrectForm, PresentForm, StepForm
from reports.lifecycle import ACTIONS, Action
from reports.models import ReportRun
from reports.policies import may
from reports.tasks import build_report, send_report
from reports.views.lists import READERS
from reports.views.page import run_or_404


def _sign(run: ReportRun, request: HttpRequest, data: dict[str, Any]) -> ReportRun:
    actions.sign(run.pk, by=request.user, version=data["version"])
    return run


def _present(run: ReportRun, request: HttpRequest, data: dict[str, Any]) -> ReportRun:
    made = actions.present(
        run.pk, by=request.user, recipients=data["recipients"], version=data["version"]
    )
    for row in made:
        if row.email:
            send_report.delay_on_commit(row.pk)
    return run


def _archive(run: ReportRun, request: HttpRequest, data: dict[str, Any]) -> ReportRun:
    actions.archive(run.pk, by=request.user, version=data["version"])
    return run


def _correct(run: ReportRun, request: HttpRequest, data: dict[str, Any]) -> ReportRun:
    new = actions.correct(run.pk, by=request.user, reason=data["note"])
    build_report.delay_on_commit(new.pk)
    return new


def _retry(run: ReportRun, request: HttpRequest, data: dict[str, Any]) -> ReportRun:
    actions.retry(run.pk, by=request.user)
    build_report.delay_on_commit(run.pk)
    return run


Verb = Callable[[ReportRun, HttpRequest, dict[str, Any]], ReportRun]
STEPS: dict[Action, tuple[type[forms.Form], Verb]] = {
    Action.SIGN: (StepForm, _sign),
    Action.PRESENT: (PresentForm, _present),
    Action.ARCHIVE: (StepForm, _archive),
    Action.CORRECT: (CorrectForm, _correct),
    Action.RETRY: (StepForm, _retry),
}


@only(READERS)
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, run_id: int, code: str) -> HttpResponse:
    """Ask once more, then do it; what was refused is said on the same page."""
    run = run_or_404(request, run_id)
    if code not in set(Action) or Action(code) not in STEPS:
        raise NotAllowed()
    action = Action(code)
    kind, verb = STEPS[action]
    if request.method == "GET" and not may(request.user, action, run):
        raise NotAllowed()
    form = kind(request.POST or None, initial={"version": run.version})
    if request.method == "POST" and form.is_valid():
        try:
            target = verb(run, request, form.cleaned_data)
        except AlreadyDone as done:
            messages.info(request, str(done))
            return redirect(run)
        except StaleForm as stale:
            messages.warning(request, str(stale))
            return redirect(run)
        except NotAllowed:
            raise
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            messages.success(request, f"№ {target.pk} · {ACTIONS[action].past}")
            return redirect(target)
    context = {"run": run, "form": form, "step": ACTIONS[action], "code": str(action)}
    return render(request, "reports/step.html", context, status=422 if form.errors else 200)


@only(READERS)
@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, run_id: int) -> HttpResponse:
    """The head's commentary and proposals; what is typed is kept on the server all the while."""
    run = run_or_404(request, run_id)
    if not may(request.user, Action.COMMENT, run):
        raise NotAllowed()
    kept = run.draft
    initial = {"version": run.version, "commentary": run.commentary, "proposals": run.proposals}
    if kept:
        initial.update(commentary=kept["commentary"], proposals=kept["proposals"])
    form = CommentForm(request.POST or None, initial=initial)
    stale = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.comment(
                run.pk,
                by=request.user,
                commentary=data["commentary"],
                proposals=data["proposals"],
                version=data["version"],
            )
        except StaleForm as refused:
            # Both texts are shown; saving again writes over the other on purpose.
            stale = str(refused)
            run.refresh_from_db()
            form = CommentForm(initial={**data, "version": run.version})
        except NotAllowed:
            raise
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            messages.success(request, _("The commentary is saved in the report."))
            return redirect(f"{run.get_absolute_url()}?written=1")
    context = {"run": run, "form": form, "stale": stale, "kept": kept}
    status = 409 if stale else 422 if form.errors else 200
    return render(request, "reports/comment.html", context, status=status)


@only(READERS)
@require_POST
def keep(request: HttpRequest, run_id: int) -> JsonResponse:
    """What is being typed, kept two seconds after the hands rest."""
    run = run_or_404(request, run_id)
    seq = request.POST.get("seq", "0")
    saved_at = actions.keep_draft(
        run.pk,
        by=request.user,
        commentary=request.POST.get("commentary", ""),
        proposals=request.POST.get("proposals", ""),
        seq=int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 16 else 0,
    )
    return JsonResponse({"saved_at": timezone.localtime(saved_at).isoformat()})


@only(READERS)
@require_POST
def drop(request: HttpRequest, run_id: int) -> HttpResponse:
    """Give up what was typed and not saved."""
    run = run_or_404(request, run_id)
    actions.drop_draft(run.pk, by=request.user)
    return redirect(f"{run.get_absolute_url()}?written=1")

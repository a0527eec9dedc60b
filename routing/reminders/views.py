"""The reader's own reminders, the alarms, the ladder's editor, and the panel of an appeal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appeals.access import only
from appeals.models import Appeal
from callcenter.errors import NotAllowed, RuleBroken
from callcenter.paging import BadCursor, stretch
from callcenter.worktime import Calendar
from people.models import Role
from people.standing import standing_of
from routing.models import Referral
from routing.reminders import actions
from routing.reminders.forms import AlarmForm, StepForm
from routing.reminders.models import LADDERS, LadderStep
from routing.reminders.reading import (
    alarms,
    coming_of,
    coming_of_referral,
    open_alarms,
    own_rows,
    told_of,
    told_of_referral,
)

PAGE = 50
READERS = actions.WATCHERS | {str(Role.AUDITOR)}


@login_required
@require_GET
def reminders(request: HttpRequest) -> HttpResponse:
    """What the reader was reminded of, the newest first."""
    page = _page(own_rows(request.user), ("-id",), request)
    context = {"page": page, "next_url": f"?at={page.next}" if page.next else "",
               "previous_url": f"?at={page.previous}" if page.previous else ""}  # fmt: skip
    return render(request, "routing/reminders.html", context)


def _page(rows: Any, order: tuple[str, ...], request: HttpRequest) -> Any:
    try:
        return stretch(rows, order, request.GET.get("at", ""), PAGE)
    except BadCursor as bad:
        raise NotAllowed() from bad


@only(READERS)
@require_GET
def alarm_list(request: HttpRequest) -> HttpResponse:
    """Reminders nobody could get; those dealt with stay under their own tab."""
    return alarm_page(request)


def alarm_page(
    request: HttpRequest, tried: int | None = None, form: AlarmForm | None = None
) -> HttpResponse:
    shows_all = request.GET.get("list") == "all"
    rows = alarms(request.user) if shows_all else open_alarms(request.user)
    page = _page(rows, ("-raised_at", "-id"), request)
    for alarm in page.rows:
        alarm.form = form if alarm.pk == tried else AlarmForm(auto_id=f"alarm-{alarm.pk}-%s")
    kept = "list=all&" if shows_all else ""
    context = {
        "page": page,
        "shows_all": shows_all,
        "may_handle": standing_of(request.user).has(*actions.WATCHERS),
        "tabs": [
            {"label": _("Open"), "url": "?", "current": not shows_all},
            {"label": _("All"), "url": "?list=all", "current": shows_all},
        ],
        "next_url": f"?{kept}at={page.next}" if page.next else "",
        "previous_url": f"?{kept}at={page.previous}" if page.previous else "",
    }
    return render(request, "routing/alarms.html", context, status=422 if tried else 200)


@only(actions.WATCHERS)
@require_POST
def alarm_handle(request: HttpRequest, pk: int) -> HttpResponse:
    """Dealt with, in the reader's words."""
    if not alarms(request.user).filter(pk=pk).exists():
        raise NotAllowed()
    form = AlarmForm(request.POST, auto_id=f"alarm-{pk}-%s")
    if not form.is_valid():
        return alarm_page(request, pk, form)
    actions.handle_alarm(pk, by=request.user, note=form.cleaned_data["note"])
    messages.success(request, _("The alarm is dealt with."))
    return redirect("alarms")


@only(actions.KEEPERS)
@require_GET
def ladder(request: HttpRequest) -> HttpResponse:
    """Every kind with its steps; a kind without any reminds nobody, and the page says so."""
    steps: dict[str, list[LadderStep]] = {}
    for step in LadderStep.objects.all():
        steps.setdefault(step.kind, []).append(step)
    kinds = [
        {
            "code": code,
            "label": label,
            "steps": steps.get(code, []),
            "is_silent": not any(step.is_active for step in steps.get(code, ())),
        }
        for code, label in LADDERS
    ]
    return render(request, "routing/ladder.html", {"kinds": kinds})


@only(actions.KEEPERS)
@require_http_methods(["GET", "POST"])
def ladder_step(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a step or change one."""
    row = get_object_or_404(LadderStep, pk=pk) if pk is not None else None
    form = StepForm(request.POST or None, row=row, kind=request.GET.get("kind", ""))
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_step(
                by=request.user, values=form.values(), step_id=pk,
                version=form.cleaned_data["version"] or 0,
            )  # fmt: skip
        except NotAllowed:
            raise
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, str(broken))
        else:
            messages.success(request, _("The ladder is saved."))
            return redirect("ladder")
    status = 422 if form.errors else 200
    return render(request, "routing/ladder_step.html", {"form": form, "row": row}, status=status)


@only(actions.KEEPERS)
@require_POST
def ladder_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step out."""
    actions.remove_step(pk, by=request.user)
    messages.success(request, _("The step is removed; reminders it gave stay."))
    return redirect("ladder")


def reminders_panel(request: HttpRequest, appeal: Appeal) -> dict[str, Any] | None:
    """On the appeal's page: what was sent, and what comes next."""
    rows = told_of(request.user, appeal.pk)
    referrals = Referral.objects.visible_to(request.user).open().filter(appeal=appeal)
    coming = coming_of(appeal, referrals, timezone.now())
    return {"rows": rows, "coming": coming} if rows or coming else None


def referral_reminders(found: Referral, calendar: Calendar) -> dict[str, Any]:
    """On a referral's page: its own only."""
    coming = coming_of_referral(found, timezone.now(), calendar)
    return {"rows": told_of_referral(found.pk), "coming": coming, "is_own": True}

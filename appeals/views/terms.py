"""How the term of an appeal was computed, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from appeals import actions
from appeals.access import DESK, READERS, only
from appeals.explaining import explain
from appeals.extending import asked_of, would_be_due
from appeals.guards import offers_for
from appeals.lifecycle import Action
from appeals.models import Appeal, Clock
from appeals.policies import may
from appeals.terms import answer_clock
from appeals.views.page import one
from people.standing import standing_of


@only(READERS)
@require_GET
def appeal_term(request: HttpRequest, pk: int) -> HttpResponse:
    """Every clock of the appeal with its days; the same fragment alone for a dialog."""
    found = one(request, pk=pk)
    clocks = (
        Clock.objects.filter(appeal=found)
        .select_related("rule")
        .prefetch_related("segments", "extensions__asked_by", "extensions__decided_by")
        .order_by("use", "id")
    )
    context = {"appeal": found, "explanations": [explain(clock) for clock in clocks]}
    template = "appeals/_term.html" if request.htmx else "appeals/term.html"
    return render(request, template, context)


@only(DESK)
@require_POST
def appeal_repeat(request: HttpRequest, pk: int, of: int) -> HttpResponse:
    """Mark as a repeat of an earlier, answered appeal of the same applicant."""
    found, earlier = one(request, pk=pk), one(request, pk=of)
    actions.mark_repeat(found.pk, by=request.user, of=earlier.pk)
    messages.success(request, _("It is marked as a repeat."))
    return redirect(found)


def guard_panel(request: HttpRequest, appeal: Appeal) -> Mapping[str, Any] | None:
    """What the law asks to be looked at first; nothing for those who take no steps."""
    offers = offers_for(request.user, appeal) if standing_of(request.user).has(*DESK) else []
    return {"offers": offers} if offers else None


def steps_panel(request: HttpRequest, appeal: Appeal) -> Mapping[str, Any] | None:
    """Steps with terms of their own, done and to be done."""
    clocks = list(
        Clock.objects.filter(appeal=appeal, use=Clock.Use.STEP)
        .select_related("rule")
        .order_by("due_at", "id")
    )
    return {"clocks": clocks, "appeal": appeal} if clocks else None


def extension_panel(request: HttpRequest, appeal: Appeal) -> Mapping[str, Any] | None:
    """What was asked and waits for the head; nothing when nothing waits."""
    if not appeal.is_open:
        return None
    clock = answer_clock(appeal)
    asked = asked_of(clock)
    if clock is None or asked is None:
        return None
    return {
        "appeal": appeal,
        "extension": asked,
        "until": would_be_due(clock, asked.quantity),
        "may_decide": may(request.user, Action.DECIDE_EXTENSION, appeal),
    }

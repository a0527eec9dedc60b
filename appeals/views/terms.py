"""How the term of an appeal was computed, day by day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from appeals.access import READERS, only
from appeals.explaining import explain
from appeals.extending import asked_of, would_be_due
from appeals.lifecycle import Action
from appeals.models import Appeal, Clock
from appeals.policies import may
from appeals.terms import answer_clock
from appeals.views.page import one


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

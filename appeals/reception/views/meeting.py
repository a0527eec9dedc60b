"""Inviting from the page of an appeal, the page of a reception, and its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from appeals.access import DESK, READERS, RECEIVERS, only
from appeals.forms.base import add_broken
from appeals.lifecycle import Action
from appeals.models import Appeal
from appeals.policies import may, sees
from appeals.reception.forms import STEP_FORMS, BookForm, StepForm
from appeals.reception.lifecycle import OPEN, STEPS, Step
from appeals.reception.models import Reception, ReceptionOfficial, ReceptionSlot
from appeals.reception.policies import parties_of, steps_for
from appeals.views.page import one
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from people.audit import audit
from people.standing import standing_of

#: Free hours named on the page of an appeal.
NEXT = 3


def reception_panel(request: HttpRequest, appeal: Appeal) -> dict[str, Any] | None:
    """Receptions of the appeal, seen by all who see it, and the next free hours for who may invite."""
    rows = list(appeal.receptions.select_related("slot__official").order_by("-id")[:10])
    may_invite = (
        may(request.user, Action.INVITE, appeal)
        and not appeal.is_anonymous
        and not any(row.state in OPEN for row in rows)
    )
    if not rows and not may_invite:
        return None
    free = list(ReceptionSlot.objects.free(timezone.now())[:NEXT]) if may_invite else []
    return {"rows": rows, "may_invite": may_invite, "free": free, "appeal": appeal}


@only(DESK)
@require_http_methods(["GET", "POST"])
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite the applicant. An hour taken meanwhile is told, what was typed stays."""
    found = one(request, pk=pk)
    if request.method == "GET" and not may(request.user, Action.INVITE, found):
        raise NotAllowed()
    officials = list(ReceptionOfficial.objects.current().order_by("name", "id"))
    asked = request.GET.get("official", "")
    official = next((each for each in officials if str(each.pk) == asked), None)
    given = {"slot": request.GET.get("slot", "")}
    form = BookForm(request.POST or None, official=official, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            made = form.run(found.pk, request.user)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            messages.success(request, STEPS[Step.INVITE].past)
            return redirect(made)
    context = {"appeal": found, "form": form, "officials": officials, "official": official}
    status = 422 if form.errors else 200
    return render(request, "appeals/reception/book.html", context, status=status)


def _one(request: HttpRequest, pk: int) -> Reception:
    found = (
        Reception.objects.visible_to(request.user)
        .select_related(
            "slot__official", "appeal__topic", "appeal__applicant", "invited_by", "minutes_by"
        )
        .defer("appeal__searched", "appeal__search")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotAllowed()
    return found


@only(RECEIVERS)
@require_GET
def reception(request: HttpRequest, pk: int) -> HttpResponse:
    """One reception and the steps this reader may take now."""
    found = _one(request, pk)
    sees_appeal = standing_of(request.user).has(*READERS) and sees(request.user, found.appeal)
    if not standing_of(request.user).has(*DESK):
        # A name stands on the page: whoever is not of the sector leaves a trace of the look.
        audit("look.reception", by=request.user, object_kind="reception", object_ref=found.pk)
    context = {
        "reception": found,
        "sees_appeal": sees_appeal,
        "steps": [_button(step, found) for step in steps_for(request.user, found)],
    }
    return render(request, "appeals/reception/reception.html", context)


def _button(step: Step, found: Reception) -> dict[str, Any]:
    meta = STEPS[step]
    return {
        "label": meta.label,
        "url": reverse("reception-do", args=[found.pk, str(step)]),
        "is_direct": meta.is_direct,
        "kind": "primary" if step in (Step.CONFIRM, Step.MINUTES) else "",
    }


@only(RECEIVERS)
@require_http_methods(["GET", "POST"])
def reception_do(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One step: a button, or its small form. What was typed stays whatever is refused."""
    found = _one(request, pk)
    step = next((known for known in STEP_FORMS if known == code), None)
    if step is None:
        raise NotAllowed()
    kind = STEP_FORMS[step]
    if not STEPS[step].parties & parties_of(request.user, found.appeal, found.slot.official):
        raise NotAllowed()
    if request.method == "GET":
        if step not in steps_for(request.user, found):
            raise NotAllowed()
        given = {"version": found.version, "slot": request.GET.get("slot", "")}
        return _step_page(request, found, step, kind(initial=given))
    form = kind(request.POST)
    if not form.is_valid():
        return _step_page(request, found, step, form)
    try:
        form.run(found.pk, request.user)
    except StaleForm as stale:
        data = request.POST.copy()
        data["version"] = str(_one(request, pk).version)
        again = kind(data)
        again.is_valid()
        add_broken(again, stale)
        return _step_page(request, _one(request, pk), step, again, status=409)
    except RuleBroken as broken:
        add_broken(form, broken)
        return _step_page(request, found, step, form)
    messages.success(request, STEPS[step].past)
    return redirect(found)


def _step_page(
    request: HttpRequest, found: Reception, step: Step, form: StepForm, status: int = 0
) -> HttpResponse:
    context = {"reception": found, "step": STEPS[step], "code": str(step), "form": form}
    code = status or (422 if form.errors else 200)
    return render(request, "appeals/reception/step.html", context, status=code)

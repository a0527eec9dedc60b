"""The small form of one step of an appeal."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from appeals import actions
from appeals.access import DESK, only
from appeals.actions.drafts import step_draft_id
from appeals.actions.relations import about
from appeals.forms import STEP_FORMS, StepForm, add_broken
from appeals.lifecycle import ACTIONS, Action
from appeals.models import Appeal, Draft
from appeals.policies import may
from appeals.timeline import timeline
from appeals.views.drafts import put_back
from appeals.views.page import one
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm


@only(DESK)
@require_http_methods(["GET", "POST"])
def appeal_do(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """The small form of one step. Typed text stays whatever is refused."""
    found = one(request, pk=pk)
    step = next((known for known in STEP_FORMS if known == action), None)
    if step is None:
        raise NotAllowed()
    kind = STEP_FORMS[step]
    if request.method == "GET":
        if not may(request.user, step, found):
            raise NotAllowed()
        given = {name: request.GET[name] for name in kind.base_fields if name in request.GET}
        given.pop("version", None)
        fresh = kind(appeal=found, user=request.user, initial=given)
        put_back(fresh, Draft.objects.filter(client_id=_draft_id(request, found, step)).first())
        return _step_page(request, found, step, fresh)
    form = kind(request.POST, appeal=found, user=request.user)
    if not form.is_valid():
        return _step_page(request, found, step, form)
    try:
        form.run()
    except (StaleForm, AlreadyDone) as late:
        if isinstance(late, AlreadyDone) and not form.visible_fields():
            raise  # nothing was typed: a plain notice will do
        return _stale_page(request, found, step, form, late)
    except RuleBroken as broken:
        add_broken(form, broken)
        return _step_page(request, found, step, form)
    actions.drop_draft(_draft_id(request, found, step), by=request.user)
    messages.success(request, ACTIONS[step].past)
    # The browser lets go of the text it kept.
    request.session["intake_sent"] = f"{step}:{found.pk}"
    return redirect(found)


def _draft_id(request: HttpRequest, found: Appeal, step: Action) -> uuid.UUID:
    return step_draft_id(request.user, str(step), about(found))


def _step_page(
    request: HttpRequest, found: Appeal, step: Action, form: StepForm, **more: object
) -> HttpResponse:
    context = {"appeal": found, "form": form, "step": ACTIONS[step], "code": str(step), **more}
    address = reverse("draft-save", args=[_draft_id(request, found, step)])
    context["autosave_url"] = f"{address}?form={step}&about={about(found)}"
    if found.merged_into_id is not None and step != Action.UNMERGE:
        # What was typed goes on at the appeal this one was merged into.
        context["goes_on"] = (
            Appeal.objects.visible_to(request.user).only("number", "version")
            .filter(pk=found.merged_into_id).first()
        )  # fmt: skip
    status = 409 if "stale" in more else 422 if form.errors else 200
    return render(request, "appeals/step.html", context, status=status)


def _stale_page(
    request: HttpRequest,
    found: Appeal,
    step: Action,
    form: StepForm,
    stale: StaleForm | AlreadyDone,
) -> HttpResponse:
    """The same form with the version of now, and what the colleague saved beside what was typed."""
    fresh = one(request, pk=found.pk)
    data = request.POST.copy()
    data["version"] = str(fresh.version)
    again = type(form)(data, appeal=fresh, user=request.user)
    again.is_valid()
    last = timeline(fresh, request.user, most=1).lines
    theirs = getattr(fresh, form.told) if form.told else ""
    mine = data.get("text") or data.get("note") or ""
    more: dict[str, object] = {"stale": str(stale), "last": last, "theirs": theirs, "mine": mine}
    if not may(request.user, step, fresh):
        # Sent again it would be refused again; what was typed need not be lost.
        more["is_gone"] = True
        more["may_note"] = bool(data.get("text")) and may(request.user, Action.NOTE, fresh)
    return _step_page(request, fresh, step, again, **more)

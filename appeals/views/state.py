"""The public page of an appeal's state, and how an operator tells its code."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from appeals.access import DESK, only
from appeals.actions.asking import path_of
from appeals.forms.state import StateForm
from appeals.models import Appeal
from appeals.policies import may_be_told
from appeals.public import State, attempt, state_of
from appeals.views.page import one
from callcenter.addresses import address_of, neighbourhood
from callcenter.errors import NotAllowed
from people.audit import audit
from people.standing import standing_of

#: While the call goes on its operator sees the code without asking.
CALL_LASTS = dt.timedelta(minutes=30)
SHOWN = "state_code_of"


@never_cache
@sensitive_post_parameters("number", "code")
@require_http_methods(["GET", "POST"])
def state(request: HttpRequest) -> HttpResponse:
    """Number and code are sent, never part of an address; every wrong pair is answered alike."""
    form = StateForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return render(request, "appeals/state.html", {"form": form})
    if not form.is_valid():
        return render(request, "appeals/state.html", {"form": form}, status=422)
    values = form.cleaned_data
    spent = attempt(neighbourhood=neighbourhood(address_of(request)), typed=values["number"])
    if not spent.is_within:
        context = {"form": form, "minutes": -(-spent.again_in // 60)}
        response = render(request, "appeals/state.html", context, status=429)
        response["Retry-After"] = str(spent.again_in)
        return response
    found = state_of(values["number"], values["code"])
    if found is None:
        form.add_error(
            None, _("There is no appeal with this number and this code. Check both, or call 195.")
        )
        return render(request, "appeals/state.html", {"form": form}, status=422)
    return render(
        request, "appeals/state_shown.html", shown(found, values["number"], values["code"])
    )


def shown(found: State, typed: str, code: str) -> dict[str, object]:
    """What the page of a state is rendered with."""
    opinion = path_of(found.rating) if found.rating is not None else ""
    return {"state": found, "number": typed, "code": code, "opinion": opinion}


def state_code_panel(request: HttpRequest, appeal: Appeal) -> dict[str, object] | None:
    """The code for the applicant on the line; later only on request, and written down."""
    if not standing_of(request.user).has(*DESK) or not may_be_told(appeal):
        return None
    is_fresh = (
        appeal.registered_by_id == request.user.pk
        and timezone.now() - appeal.registered_at < CALL_LASTS
    )
    is_asked = request.session.get(SHOWN) == appeal.pk
    if is_asked:
        del request.session[SHOWN]
    code = appeal.state_code if is_fresh or is_asked else ""
    return {"code": f"{code[:4]} {code[4:]}" if code else "", "appeal": appeal}


@only(DESK)
@require_POST
def state_code(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the code once more; who looked is written down."""
    found = one(request, pk=pk)
    if not may_be_told(found):
        raise NotAllowed()
    audit("look.state_code", by=request.user, object_kind="appeal", object_ref=found.pk)
    request.session[SHOWN] = found.pk
    return redirect(found)

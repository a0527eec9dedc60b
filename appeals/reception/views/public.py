"""The applicant answers an invitation without a sign-in, by number and code."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from appeals.models import Appeal
from appeals.public import attempt, coming, key_of, state_of
from appeals.reception import actions
from appeals.views.state import shown as state_shown
from callcenter.addresses import address_of, neighbourhood
from callcenter.errors import AlreadyDone
from callcenter.kept_words import kept

SAID_HERE = gettext_lazy("Said on the public page")


@never_cache
@sensitive_post_parameters("number", "code")
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """ "I will come" or "I cannot come"; every attempt is counted as on the page of the state."""
    typed, code = request.POST.get("number", ""), request.POST.get("code", "")
    spent = attempt(neighbourhood=neighbourhood(address_of(request)), typed=typed)
    shown = state_of(typed, code) if spent.is_within else None
    if shown is None:
        return redirect("state")
    found = coming(Appeal.objects.only("pk").get(number=key_of(typed)))
    if found is not None:
        try:
            if request.POST.get("comes") == "yes":
                actions.confirm(found.pk, by=None)
            elif request.POST.get("comes") == "no":
                actions.decline(found.pk, by=None, note=kept(SAID_HERE))
        except AlreadyDone:
            messages.info(request, _("This was done already."))
    now = state_of(typed, code)
    if now is None:
        return redirect("state")
    return render(request, "appeals/state_shown.html", state_shown(now, typed, code))

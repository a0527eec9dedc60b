"""A person's own page: where they stand today, and their password."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from people.actions import users as actions
from people.forms import OwnPasswordForm
from people.models import Delegation


@login_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def own_page(request: HttpRequest) -> HttpResponse:
    """Choosing a password keeps this session and ends every other."""
    form = OwnPasswordForm(request.user, request.POST or None)
    if form.is_bound and form.is_valid():
        is_first = request.user.must_choose_password
        actions.choose_password(request.user, form.cleaned_data["new_password1"])
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your new password holds from now on."))
        return redirect("home" if is_first else "own-page")
    today = timezone.localdate()
    mine = Q(principal=request.user) | Q(delegate=request.user)
    context = {
        "form": form,
        "places": request.user.placements.on(today).select_related("structure").order_by("id"),
        "orders": Delegation.objects.on(today).filter(mine).select_related("principal", "delegate"),
    }
    return render(request, "people/own.html", context, status=422 if form.errors else 200)

"""Calendar addresses: the page where one makes and revokes them, and what they answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appeals.access import RECEIVERS, only
from appeals.forms.base import add_broken
from appeals.reception import actions
from appeals.reception.actions.feeds import MOST
from appeals.reception.feed import calendar_of, file_name, shown_by
from appeals.reception.forms import FeedForm
from appeals.reception.models import ReceptionFeed
from callcenter.errors import RuleBroken


@only(RECEIVERS)
@never_cache
@require_http_methods(["GET", "POST"])
def feeds(request: HttpRequest) -> HttpResponse:
    """The reader's own addresses; a new one is shown on the answer to its form and nowhere else."""
    form = FeedForm(request.POST or None, user=request.user)
    made, address = None, ""
    if request.method == "POST" and form.is_valid():
        official = form.cleaned_data["official"]
        try:
            made, secret = actions.make_feed(
                by=request.user, name=form.cleaned_data["name"],
                official_id=official.pk if official else None,
            )  # fmt: skip
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            address = request.build_absolute_uri(reverse("reception-feed", args=[secret]))
    rows = (
        ReceptionFeed.objects.filter(user=request.user)
        .select_related("official")
        .order_by("-id")[: 2 * MOST]
    )
    context = {
        "form": FeedForm(user=request.user) if made else form,
        "rows": rows,
        "made": made,
        "address": address,
    }
    status = 422 if form.errors else 200
    return render(request, "appeals/reception/feeds.html", context, status=status)


@only(RECEIVERS)
@require_POST
def feed_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The address opens nothing any more."""
    actions.revoke_feed(pk, by=request.user)
    messages.success(request, _("The address is revoked."))
    return redirect("reception-feeds")


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar of an address. No sign-in: the address itself is the secret; unchanged rows
    are answered with 304."""
    found = actions.use_feed(secret)
    shown = shown_by(found, timezone.now())
    unchanged = get_conditional_response(request, etag=shown.etag)
    if unchanged is not None and unchanged.status_code == 304:
        return unchanged
    body = calendar_of(found, shown)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{file_name(found)}"'
    response["Cache-Control"] = "private, max-age=300"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    response["ETag"] = shown.etag
    return response

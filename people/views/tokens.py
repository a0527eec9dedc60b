"""The administrator's page of tokens: make one, see who uses which, revoke."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from callcenter.paging import BadCursor, Stretch, stretch
from people import actions
from people.access import KEEPERS, only
from people.api.scopes import known_scopes
from people.forms import TokenForm
from people.models import ApiToken

#: Tokens of one page.
PAGE = 25


@only(KEEPERS)
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The secret of a new token stands on the answer to its form and nowhere else."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    made = form.save(request.user) if form.is_bound and form.is_valid() else None
    page = _page(request)
    now = timezone.now()
    scopes = known_scopes()
    rows = [
        {
            "token": token,
            "holds": token.holds(now),
            "scopes": [scopes.get(code, code) for code in token.scopes],
        }
        for token in page.rows
    ]
    context = {
        "form": TokenForm() if made else form,
        "rows": rows,
        "made": made[0] if made else None,
        "secret": made[1] if made else "",
        "next_url": f"?cursor={page.next}" if page.next else "",
        "previous_url": f"?cursor={page.previous}" if page.previous else "",
    }
    return render(request, "people/tokens.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest) -> Stretch:
    rows = ApiToken.objects.select_related("user", "structure", "revoked_by")
    try:
        return stretch(rows, ("-id",), request.GET.get("cursor", ""), PAGE)
    except BadCursor:
        return stretch(rows, ("-id",), "", PAGE)


@only(KEEPERS)
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """The token opens nothing any more."""
    token = actions.revoke_token(pk, by=request.user)
    messages.success(request, _("%(token)s is revoked.") % {"token": token})
    return redirect("tokens")

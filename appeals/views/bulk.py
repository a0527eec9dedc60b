"""One step for many appeals: chosen in a list, looked at, then taken."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from appeals.access import DESK, only
from appeals.actions import bulk
from appeals.bulk import AT_ONCE, BulkVerb, verb_of
from appeals.forms import add_broken
from appeals.listing import Listing
from appeals.models import Appeal, BulkRun, BulkState, LineState
from appeals.paging import page_of
from appeals.tasks import advance_bulk
from callcenter.errors import NotAllowed, RuleBroken
from people.models import User

#: Rows of one page of a run, and of the appeals named on the form.
PAGE = 50
NAMED = 12
#: What a run's own form carries beside the step's fields.
OWN = ("row", "verb", "of", "all", "client_id", "csrfmiddlewaretoken")


@only(DESK)
@require_POST
def bulk_new(request: HttpRequest) -> HttpResponse:
    """The ticked appeals, or all of a list, and what is asked before they are looked at."""
    verb = _verb(request)
    of = QueryDict(request.POST.get("of", "")[:2000])
    keys, is_cut = _chosen(request, of)
    is_asked = "client_id" in request.POST
    form = verb.form(request.POST if is_asked else None, prefix="bulk")
    if keys and (form.is_valid() if is_asked else not form.fields):
        try:
            run = bulk.ask_bulk(
                by=request.user, client_id=_client_id(request), verb=verb.code,
                values=_values(request), appeal_ids=keys,
                language=translation.get_language() or "az", back=of.urlencode(),
            )  # fmt: skip
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            _go_on(run)
            return redirect(run)
    seen = Appeal.objects.visible_to(request.user).filter(pk__in=keys)
    context = {
        "verb": verb,
        "form": form,
        "keys": keys,
        "named": seen.order_by("-registered_at", "-id").only("number")[:NAMED],
        "count": len(keys),
        "more": max(0, len(keys) - NAMED),
        "is_cut": is_cut,
        "most": bulk.most_at_once(),
        "client_id": _client_id(request),
        "of": of.urlencode(),
        "back": f"{reverse('appeals')}?{of.urlencode()}",
    }
    return render(request, "appeals/bulk.html", context, status=422 if form.errors else 200)


def _verb(request: HttpRequest) -> BulkVerb:
    verb = verb_of(request.POST.get("verb", ""))
    if verb is None:
        raise RuleBroken("verb_unknown", _("Choose a step."))
    if not verb.is_for(request.user):
        raise NotAllowed()
    return verb


def _client_id(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("client_id", ""))
    except ValueError:
        return uuid.uuid4()


def _values(request: HttpRequest) -> dict[str, Any]:
    """The step's fields as they were sent; a run reads them again when it works."""
    return {
        name: given[:50] if len(given) > 1 else given[0]
        for name, given in request.POST.lists()
        if name.startswith("bulk-")
    }


def _chosen(request: HttpRequest, of: QueryDict) -> tuple[list[int], bool]:
    """Keys ticked, or those of the whole list to the cap; whether the cap cut it."""
    most = bulk.most_at_once()
    if request.POST.get("all") and "client_id" not in request.POST:
        keys = keys_of(Listing.asked(request.user, of), most + 1)
    else:
        given = request.POST.getlist("row")[: most + 1]
        keys = [int(key) for key in given if key.isascii() and key.isdigit() and len(key) < 19]
    return keys[:most], len(keys) > most


def keys_of(listing: Listing, most: int) -> list[int]:
    """The first appeals of a list, in its own order."""
    rows = listing.rows.only("registered_at", "due_at", "closed_at", "returned_at")
    order = listing.tab.ordered(listing.order_code)
    return [row.pk for row in page_of(rows, order, finding=listing.finding, size=most).rows]


def _go_on(run: BulkRun) -> None:
    """A few are done while one waits; many in the background."""
    if run.total <= AT_ONCE:
        bulk.advance(run.pk, most=AT_ONCE)
    else:
        advance_bulk.delay_on_commit(run.pk)


def _mine(user: User, client_id: uuid.UUID) -> BulkRun:
    run = BulkRun.objects.filter(client_id=client_id, by=user).first()
    if run is None:
        raise NotAllowed()
    return run


@only(DESK)
@require_GET
def bulk_run(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """What would happen to each, or what did; while it works, how far it is."""
    run = _mine(request.user, client_id)
    verb = verb_of(run.verb)
    counts = dict(run.lines.order_by().values_list("state").annotate(n=Count("id")))
    start = request.GET.get("from", "")
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1
    only_state = request.GET.get("state", "")
    lines = run.lines.filter(place__gte=first).order_by("place")
    if only_state in LineState.values:
        lines = lines.filter(state=only_state)
    rows = list(lines[: PAGE + 1])
    seen = Appeal.objects.visible_to(request.user).for_list()
    by_key = {row.pk: row for row in seen.filter(pk__in=[line.appeal_id for line in rows])}
    kept = {"state": only_state} if only_state in LineState.values else {}
    is_working = run.state in (BulkState.CHECKING, BulkState.RUNNING)
    left = counts.get(LineState.NEW if run.state == BulkState.CHECKING else LineState.READY, 0)
    context = {
        "run": run,
        "verb": verb,
        "is_working": is_working,
        "done": run.total - left,
        "counts": [
            {"state": state, "label": label, "count": counts[state]}
            for state, label in LineState.choices
            if counts.get(state)
        ],
        "ready": counts.get(LineState.READY, 0),
        "only_state": only_state,
        "lines": [(line, by_key.get(line.appeal_id)) for line in rows[:PAGE]],
        "next_url": f"?{urlencode({**kept, 'from': rows[PAGE].place})}" if len(rows) > PAGE else "",
        "first_url": f"?{urlencode(kept)}" if first > 1 else "",
        "back": f"{reverse('appeals')}?{run.back}" if run.back else reverse("appeals"),
    }
    page = "appeals/_bulk_progress.html" if request.htmx and is_working else "appeals/bulk_run.html"
    return render(request, page, context)


@only(DESK)
@require_POST
def bulk_go(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """Take the step for all that were found possible."""
    run = bulk.run_bulk(client_id, by=request.user)
    _go_on(run)
    return redirect(run)

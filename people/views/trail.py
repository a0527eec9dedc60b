"""The auditor's page: every look, download, refusal and changed setting, newest first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from callcenter.forms import Combobox, DateField
from callcenter.paging import BadCursor, Stretch, stretch
from people.access import only
from people.models import AuditEntry, Role, User
from people.trail import KINDS, SORTS, label_of, objects_of

OVERSEERS = frozenset({str(Role.AUDITOR)})
#: Lines of one page.
PAGE = 50


class TrailFilter(forms.Form):
    """By who, by the sort of what was done, by days."""

    actor = forms.ModelChoiceField(
        label=_("Who"), queryset=User.objects.order_by("last_name", "first_name", "id"),
        widget=Combobox, required=False,
    )  # fmt: skip
    sort = forms.ChoiceField(
        label=_("What was done"), choices=[("", _("All")), *SORTS.items()], required=False
    )
    since = DateField(label=_("From"), required=False)
    until = DateField(label=_("To"), required=False)
    ref = forms.CharField(label=_("Reference"), max_length=60, required=False)


@only(OVERSEERS)
@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """The audit journal of everybody; the appeals' own journals stand on their pages."""
    form = TrailFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = _page(chosen, request.GET.get("cursor", ""))
    known = objects_of(request.user, page.rows)
    rows = [
        {"entry": row, "what": label_of(row.kind), "thing": known.get((row.object_kind, row.object_ref))}
        for row in page.rows
    ]  # fmt: skip
    query = {name: request.GET[name] for name in form.fields if request.GET.get(name)}
    context = {
        "form": form,
        "rows": rows,
        "next_url": "?" + urlencode({**query, "cursor": page.next}) if page.next else "",
        "previous_url": "?" + urlencode({**query, "cursor": page.previous})
        if page.previous
        else "",
    }
    return render(request, "people/trail.html", context, status=422 if form.errors else 200)


def _page(chosen: dict[str, Any], cursor: str) -> Stretch:
    rows = AuditEntry.objects.all()
    if actor := chosen.get("actor"):
        rows = rows.filter(actor=actor)
    if sort := chosen.get("sort"):
        rows = rows.filter(kind__in=[kind for kind in KINDS if kind.startswith(sort)])
    if ref := chosen.get("ref", "").strip():
        rows = rows.filter(object_ref=ref)
    if since := chosen.get("since"):
        rows = rows.filter(at__gte=_start_of(since))
    if until := chosen.get("until"):
        rows = rows.filter(at__lt=_start_of(until + dt.timedelta(days=1)))
    try:
        return stretch(rows, ("-at", "-id"), cursor, PAGE)
    except BadCursor:
        return stretch(rows, ("-at", "-id"), "", PAGE)


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def users_named(reader: User, refs: list[str]) -> dict[str, tuple[str, str]]:
    """Users by the keys the journal holds; their pages are the administrator's."""
    keys = [int(ref) for ref in refs if ref.isdigit()]
    rows = User.objects.filter(pk__in=keys)
    return {str(row.pk): (row.name, "") for row in rows}

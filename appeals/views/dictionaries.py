"""What an administrator keeps: the list of lists, one list, one row."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from appeals.access import ADMINISTRATORS, only
from appeals.dictionaries import DICTIONARIES, Dictionary
from appeals.forms import add_broken
from appeals.forms.dictionaries import is_unconfirmed
from appeals.models import NoticeTemplate
from appeals.wording import faults_of, sample, sms_parts
from callcenter.errors import NotAllowed, RuleBroken
from people.models import AuditEntry

#: Last changes shown under a row.
CHANGES = 20


@only(ADMINISTRATORS)
@require_GET
def dictionaries(request: HttpRequest) -> HttpResponse:
    """Every list with how much of it waits for the ministry's word."""
    lines = []
    for each in DICTIONARIES.values():
        rows = list(each.rows())
        lines.append((each, len(rows), sum(is_unconfirmed(row) for row in rows)))
    return render(request, "appeals/dictionaries.html", {"lines": lines})


@only(ADMINISTRATORS)
@require_GET
def dictionary(request: HttpRequest, slug: str) -> HttpResponse:
    """One list, grouped; `?unconfirmed=1` leaves what is not confirmed."""
    known = _known(slug)
    rows = list(known.rows())
    unconfirmed = sum(is_unconfirmed(row) for row in rows)
    only_unconfirmed = request.GET.get("unconfirmed") == "1"
    if only_unconfirmed:
        rows = [row for row in rows if is_unconfirmed(row)]
    groups = [
        (label, [_line(known, row) for row in found])
        for label, found in groupby(rows, key=known.group_of)
    ]
    context = {
        "dictionary": known,
        "groups": groups,
        "columns": [label for label, _value in known.columns],
        "unconfirmed": unconfirmed,
        "only_unconfirmed": only_unconfirmed,
        "has_certainty": any(hasattr(row, "certainty") for row in rows[:1]),
    }
    return render(request, "appeals/dictionary.html", context)


def _line(known: Dictionary, row: Any) -> dict[str, object]:
    return {
        "pk": row.pk,
        "name": known.name_of(row),
        "values": [value(row) for _label, value in known.columns],
        "certainty": row.get_certainty_display() if hasattr(row, "certainty") else "",
        "is_unconfirmed": is_unconfirmed(row),
    }


@only(ADMINISTRATORS)
@require_http_methods(["GET", "POST"])
def dictionary_row(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """One row: its form, how it reads, who changed it."""
    known = _known(slug)
    row = None
    if pk is not None:
        row = known.model._base_manager.filter(pk=pk).first()
    if row is None and (pk is not None or not known.may_add):
        raise NotAllowed()
    form = known.form(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            form.run(request.user)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            messages.success(request, _("Saved. The change is in the audit journal."))
            return redirect("dictionary", slug=slug)
    context = {
        "dictionary": known,
        "row": row,
        "name": known.name_of(row) if row is not None else _("New"),
        "form": form,
        "is_unconfirmed": row is not None and is_unconfirmed(row),
        "previews": _previews(row),
        "changes": _changes(row) if row is not None else [],
    }
    return render(
        request, "appeals/dictionary_row.html", context, status=422 if form.errors else 200
    )


def _previews(row: models.Model | None) -> list[tuple[str, str, int]]:
    """How a notice reads with examples, by language, and how many SMS it takes."""
    if not isinstance(row, NoticeTemplate):
        return []
    found = []
    for language in ("az", "en", "ru"):
        text = getattr(row, f"text_{language}")
        if text and not faults_of(text):
            shown = sample(text)
            found.append((language, shown, sms_parts(shown) if row.channel == "sms" else 0))
    return found


def _changes(row: Any) -> list[AuditEntry]:
    code = getattr(row, "code", "") or str(row.pk)
    return list(
        AuditEntry.objects.filter(
            object_kind=row._meta.model_name, object_ref=code, kind__startswith="setting."
        )[:CHANGES]
    )


def _known(slug: str) -> Dictionary:
    found = DICTIONARIES.get(slug)
    if found is None:
        raise NotAllowed()
    return found

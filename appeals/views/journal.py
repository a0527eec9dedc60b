"""The journal of one appeal page by page, and the people around it: who is here, who may be named."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from appeals import presence
from appeals.access import DESK, READERS, only
from appeals.actions import watching
from appeals.audience import people_who_see
from appeals.forms.journal import JournalForm
from appeals.models import Appeal, Watch
from appeals.timeline import timeline
from appeals.views.reading import one
from callcenter.errors import NotAllowed
from callcenter.kept import Kept
from callcenter.text import az_fold
from people.models import User

#: Fields of the form that cuts a journal.
ASKED = ("sort", "person", "since", "until")
#: People offered at once.
OFFERED = 8


@only(READERS)
@require_GET
def appeal_journal(request: HttpRequest, pk: int) -> HttpResponse:
    """The journal, cut by sort, person and days; asked by the page, only the entries."""
    found = one(request, pk=pk)
    context = {"appeal": found, **journal_of(request, found)}
    page = "appeals/_journal.html" if request.htmx else "appeals/journal.html"
    return render(request, page, context)


def journal_of(request: HttpRequest, found: Appeal) -> dict[str, Any]:
    """A page of the journal, its form, and the address of what follows."""
    form = JournalForm(request.GET, appeal=found, user=request.user)
    stretch = timeline(found, request.user, form.asked)
    query = request.GET.copy()
    query.pop("before", None)
    if stretch.goes_on:
        query["before"] = str(stretch.goes_on)
    return {
        "journal_form": form,
        "journal_fields": _fields(form),
        "journal": stretch.lines,
        "more": f"?{query.urlencode()}" if stretch.goes_on else "",
        "is_rest": bool(request.GET.get("before")),
    }


#: The fields of the form as they are drawn while nothing is asked, by language: the same on every page but
#: for the people of the journal.
_unset: dict[str, dict[str, SafeString]] = {}


def _fields(form: JournalForm) -> SafeString:
    """The fields of the form; drawn anew only where something is asked in them."""
    if any(form.data.get(name) for name in ASKED):
        return SafeString("".join(_drawn(form, name) for name in ASKED))
    language, people = get_language() or "", form.fields["person"].choices
    kept = _unset.get(language)
    if kept is None:
        form.fields["person"].choices = people[:1]
        kept = _unset[language] = {name: _drawn(form, name) for name in ASKED}
        form.fields["person"].choices = people
    options = format_html_join("", '<option value="{}">{}</option>', people[1:])
    before, end, after = kept["person"].rpartition("</select>")
    person = f"{before}{options}{end}{after}"
    return SafeString("".join([kept["sort"], person, kept["since"], kept["until"]]))


def _drawn(form: JournalForm, name: str) -> SafeString:
    return SafeString(render_to_string("appeals/_filter.html", {"field": form[name]}))


@only(READERS)
@require_POST
def appeal_presence(request: HttpRequest, pk: int) -> JsonResponse:
    """A beat of an open page; the answer names the others in words."""
    # Every ten seconds from every open page: no more than whether it is there.
    if not Appeal.objects.visible_to(request.user).filter(pk=pk).exists():
        raise NotAllowed()
    others = presence.beat(pk, request.user, request.POST.get("state", ""))
    words = [
        (_("%(name)s is writing") if other.is_writing else _("%(name)s is looking"))
        % {"name": other.name}
        for other in others
    ]
    return JsonResponse({"words": words})


@only(READERS)
@require_POST
def appeal_watch(request: HttpRequest, pk: int) -> HttpResponse:
    """Watch, or watch no more."""
    found = one(request, pk=pk)
    act = watching.watch if request.POST.get("on") == "1" else watching.unwatch
    act(found.pk, by=request.user)
    if request.htmx:
        return render(request, "appeals/_watch.html", {"data": watch_of(request, found)})
    return redirect(found)


_watching = Kept(
    lambda _fixed, appeal: Watch.objects.filter(appeal=appeal).values_list("user_id", flat=True)[
        :100
    ]
)


def watch_of(request: HttpRequest, found: Appeal) -> dict[str, Any]:
    """Whether the reader watches, and how many do."""
    people = _watching(appeal=found.pk)
    return {"appeal": found, "is_on": request.user.pk in people, "count": len(people)}


@only(DESK)
@require_GET
def appeal_people(request: HttpRequest, pk: int) -> JsonResponse:
    """People a note may name: those who see the appeal and its notes, by the beginning of a name."""
    found = one(request, pk=pk)
    typed = az_fold(request.GET.get("q", "")[:40])
    rows = people_who_see(found, inside=True).exclude(pk=request.user.pk)
    people = rows.order_by("last_name", "first_name", "id").distinct()
    offered = [person for person in people if _fits(person, typed)][:OFFERED]
    return JsonResponse(
        [
            {"id": person.username, "label": person.name, "hint": person.get_role_display()}
            for person in offered
        ],
        safe=False,
    )


def _fits(person: User, typed: str) -> bool:
    parts = (person.last_name, person.first_name, person.username)
    return not typed or any(az_fold(part).startswith(typed) for part in parts)

"""The applicant's own page: who it is, how they are reached, everything they asked, what changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appeals import actions
from appeals.access import DESK, INSIDERS, only
from appeals.callers import COUNTED, appeals_of
from appeals.cards import known_numbers, known_values
from appeals.forms import add_broken
from appeals.forms.applicants import ApplicantForm
from appeals.models import Applicant
from appeals.paging import page_of
from appeals.policies import shows_personal
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from people.audit import audit

#: Former states shown.
VERSIONS = 10
NEWEST = ("-registered_at", "-id")


def somebody(request: HttpRequest, pk: int) -> Applicant:
    """The applicant, for those who receive appeals; otherwise there is no such page."""
    people = Applicant.objects.visible_to(request.user).select_related("region")
    found = people.prefetch_related("contacts").filter(pk=pk).first()
    if found is None:
        raise NotAllowed()
    return found


@only(INSIDERS)
@require_GET
def applicant(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of one applicant, numbers masked."""
    return _page(request, somebody(request, pk), masked=True)


@only(DESK)
@require_POST
def applicant_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """Numbers in full for who must call or write; the look is written down."""
    found = somebody(request, pk)
    audit("look.applicant", by=request.user, object_kind="applicant", object_ref=found.pk)
    return _page(request, found, masked=False)


@only(DESK)
@require_http_methods(["GET", "POST"])
def applicant_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an applicant; the form shows numbers in full, so opening it is a look."""
    found = somebody(request, pk)
    if request.method == "GET":
        audit("look.applicant", by=request.user, object_kind="applicant", object_ref=found.pk)
        return _form(request, found, ApplicantForm(applicant=found, user=request.user))
    form = ApplicantForm(request.POST, applicant=found, user=request.user)
    if not form.is_valid():
        return _form(request, found, form)
    try:
        form.run()
    except StaleForm as stale:
        data = request.POST.copy()
        data["version"] = str(found.version)
        again = ApplicantForm(data, applicant=found, user=request.user)
        return _form(request, found, again, stale=stale.message)
    except RuleBroken as broken:
        add_broken(form, broken)
        return _form(request, found, form)
    messages.success(request, _("The applicant is saved."))
    return redirect("applicant", pk=found.pk)


@only(DESK)
@require_POST
def contact_drop(request: HttpRequest, pk: int, contact: int) -> HttpResponse:
    """A number or address that is no longer theirs."""
    actions.drop_contact(contact, by=request.user, applicant_id=pk)
    return redirect("applicant", pk=pk)


@only(DESK)
@require_POST
def contact_prefer(request: HttpRequest, pk: int, contact: int) -> HttpResponse:
    """The number or address the applicant wants to be reached at."""
    actions.prefer_contact(contact, by=request.user, applicant_id=pk)
    return redirect("applicant", pk=pk)


def _page(request: HttpRequest, found: Applicant, *, masked: bool) -> HttpResponse:
    user = request.user
    theirs = appeals_of(user, found)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    page = page_of(theirs.for_list(), NEWEST, after, before)
    count = theirs.order_by()[: COUNTED + 1].count()
    may_change = shows_personal(user)
    context = {
        "applicant": found,
        "ids": [fact for fact in known_numbers(found, masked=masked) if not fact["is_contact"]],
        "contacts": [(row, known_values(row, masked=masked)) for row in found.contacts.all()],
        "is_masked": masked,
        "may_change": may_change,
        "page": page,
        "count": f"{COUNTED}+" if count > COUNTED else str(count),
        "next_url": f"?after={page.next}" if page.next else "",
        "previous_url": f"?before={page.previous}" if page.previous else "",
        "versions": _versions(found, masked=masked),
    }
    return render(request, "appeals/applicant.html", context)


def _versions(found: Applicant, *, masked: bool) -> list[dict[str, Any]]:
    """What each change changed, newest first; of numbers only that they changed while masked."""
    rows = list(found.versions.select_related("by").order_by("-version")[:VERSIONS])
    after: dict[str, Any] = {name: getattr(found, name) for name in actions.applicants.FIELDS}
    told = []
    for row in rows:
        changes = [
            (_label(name), *_shown(name, old, after.get(name), masked=masked))
            for name, old in row.values.items()
            if old != after.get(name)
        ]
        told.append({"at": row.at, "actor": row.by or "", "changes": changes,
                     "label": _("Version %(n)d") % {"n": row.version + 1}})  # fmt: skip
        after = row.values
    return told


def _label(name: str) -> str:
    field = Applicant._meta.get_field(name.removesuffix("_id"))
    return str(getattr(field, "verbose_name", name))


def _shown(name: str, old: Any, new: Any, *, masked: bool) -> tuple[str, str]:
    if name == "region_id":
        return "", _("changed")
    if masked and name in ("fin", "voen", "address"):
        return "", _("changed")
    return str(old or ""), str(new or "")


def _form(
    request: HttpRequest, found: Applicant, form: ApplicantForm, **more: object
) -> HttpResponse:
    status = 409 if "stale" in more else 422 if form.errors else 200
    context = {
        "applicant": found, "form": form, "cancel_url": reverse("applicant", args=[found.pk]),
        "warnings": form.warnings, **more,
    }  # fmt: skip
    return render(request, "appeals/applicant_edit.html", context, status=status)

"""Saved views: the menu beside the lists, keeping, changing and removing; the columns of lists."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from appeals import columns
from appeals.access import READERS, only
from appeals.actions import saved
from appeals.forms import add_broken
from appeals.forms.saved import ViewChangeForm, ViewForm
from appeals.listing import Listing
from appeals.models import SavedView
from callcenter.errors import NotAllowed, RuleBroken
from callcenter.kept import Kept
from people.models import User
from people.standing import Reader

#: Views of the menu; milliseconds one count may take before the menu does without it.
LISTED = 24
PATIENCE = 300
#: Who shares a view.
NAMED = ("owner__first_name", "owner__last_name", "owner__username")
QUERY_CANCELLED = "57014"


_named = Kept(
    lambda reader: (
        SavedView.objects.visible_to(reader.user)
        .select_related("owner")
        .order_by("name", "id")
        .only("name", "query", "columns", "order", *NAMED)
    )
)


def menu(user: User, current: SavedView | None = None) -> list[dict[str, Any]]:
    """One's own views, then those shared by others, by name."""
    rows = _named(Reader.of(user))
    rows.sort(key=lambda row: row.owner_id != user.pk)
    shown = rows[:LISTED]
    if current is not None and current not in shown:
        shown.append(current)
    return [
        {
            "view": row,
            "is_mine": row.owner_id == user.pk,
            "is_current": current is not None and row.pk == current.pk,
        }
        for row in shown
    ]


@only(READERS)
@require_GET
def views_counted(request: HttpRequest) -> HttpResponse:
    """The menu with its counts, asked for once the list itself stands."""
    key = request.GET.get("view", "")
    current = None
    if key.isascii() and key.isdigit() and len(key) < 19:
        current = SavedView.objects.visible_to(request.user).filter(pk=key).first()
    lines = menu(request.user, current)
    for line in lines:
        line["count"] = _counted(Listing.of_view(request.user, line["view"]))
    return render(request, "appeals/_views.html", {"views": lines, "is_counted": True})


def _counted(listing: Listing) -> str:
    """The count to its cap, or nothing when the database needs long for it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE)])
            return listing.count()
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") == QUERY_CANCELLED:
            return ""
        raise


@only(READERS)
@require_http_methods(["GET", "POST"])
def view_new(request: HttpRequest) -> HttpResponse:
    """Keep the list of this address under a name."""
    listing = Listing.asked(request.user, request.GET)
    form = ViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            view = saved.save_view(
                by=request.user, client_id=values["client_id"], name=values["name"],
                shared_with=values["shared_with"], query=listing.data, order=listing.order_code,
                codes=[one.code for one in listing.columns],
            )  # fmt: skip
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            messages.success(request, _("The view is kept."))
            return redirect(view)
    back = f"{reverse('appeals')}?{request.GET.urlencode()}"
    context = {"form": form, "listing": listing, "back": back}
    return render(request, "appeals/view.html", context, status=422 if form.errors else 200)


@only(READERS)
@require_http_methods(["GET", "POST"])
def view_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, others who see it; or, with `now`, what the view shows from now on."""
    view = _seen(request, pk)
    if view.owner_id != request.user.pk:
        raise NotAllowed()
    if "now" in request.POST:
        given = QueryDict(request.POST["now"])
        listing = Listing.asked(request.user, given)
        saved.change_view(view.pk, by=request.user, query=listing.data, order=listing.order_code)
        messages.success(request, _("The view is kept as it is now."))
        return redirect(view)
    initial = {"name": view.name, "shared_with": view.shared_with, "version": view.version}
    form = ViewChangeForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved.change_view(view.pk, by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            add_broken(form, broken)
        else:
            return redirect(view)
    listing = Listing.of_view(request.user, view)
    context = {"form": form, "view": view, "listing": listing, "back": view.get_absolute_url()}
    return render(request, "appeals/view.html", context, status=422 if form.errors else 200)


@only(READERS)
@require_POST
def view_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove one's own view."""
    saved.drop_view(pk, by=request.user)
    messages.success(request, _("The view is removed."))
    return redirect("appeals")


@only(READERS)
@require_http_methods(["GET", "POST"])
def list_columns(request: HttpRequest) -> HttpResponse:
    """The columns of one's own lists; opened in a view of one's own, those of the view."""
    listing = Listing.asked(request.user, request.GET)
    view = listing.view if listing.view and listing.view.owner_id == request.user.pk else None
    back = f"{reverse('appeals')}?{request.GET.urlencode()}"
    if request.method == "POST":
        codes = [] if "usual" in request.POST else request.POST.getlist("columns")
        if view is not None:
            saved.change_view(view.pk, by=request.user, codes=codes)
        else:
            saved.choose_columns(by=request.user, codes=codes)
        return redirect(back)
    shown = listing.columns
    others = [one for one in columns.allowed(request.user) if one not in shown]
    context = {
        "view": view,
        "back": back,
        "choices": [
            {"column": one, "is_shown": one in shown, "is_fixed": one.code == columns.LEADING}
            for one in [*shown, *others]
        ],
    }
    return render(request, "appeals/columns.html", context)


def _seen(request: HttpRequest, pk: int) -> SavedView:
    view = SavedView.objects.visible_to(request.user).filter(pk=pk).first()
    if view is None:
        raise NotAllowed()
    return view

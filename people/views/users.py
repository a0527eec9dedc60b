"""The administrator's pages of people: who signs in, as whom, since when and in whose place."""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from callcenter.errors import NotAllowed
from callcenter.text import az_fold, az_sort_key
from people.access import KEEPERS, only
from people.actions import users as actions
from people.forms import DelegationForm, UserForm, UsersFilter
from people.leaving import held_by
from people.models import AuditEntry, Delegation, Placement, User
from people.trail import label_of

#: People of one page, and what is shown under a person.
PAGE = 50
SHOWN = 20


@only(KEEPERS)
@require_GET
def users(request: HttpRequest) -> HttpResponse:
    """Everybody who signs in, by the Azerbaijani alphabet; where somebody is sought, those found."""
    form = UsersFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {"q": "", "role": "", "left": False}
    found = _sought(chosen)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    places = Placement.objects.on(today).select_related("structure").order_by("id")
    known = User.objects.prefetch_related(Prefetch("placements", places, to_attr="present"))
    people = known.in_bulk(list(page.object_list))
    shut_out = _shut_out(person.username for person in people.values())
    query = {name: value for name, value in chosen.items() if value}
    to = {
        number: "?" + urlencode({**query, "page": number}) for number in page.paginator.page_range
    }
    context = {
        "form": form,
        "rows": [(people[pk], people[pk].username in shut_out) for pk in page.object_list],
        "count": len(found),
        "next_url": to.get(page.number + 1, ""),
        "previous_url": to.get(page.number - 1, ""),
    }
    return render(request, "people/users.html", context)


def _sought(chosen: dict[str, Any]) -> list[int]:
    """The ministry has hundreds of people: their names are folded and sorted here, not in the database."""
    rows = User.objects.all()
    if not chosen["left"]:
        rows = rows.filter(is_active=True)
    if chosen["role"]:
        rows = rows.filter(role=chosen["role"])
    names = rows.values_list("pk", "last_name", "first_name", "patronymic", "username")
    wanted = az_fold(chosen["q"])
    found = [(" ".join(parts), pk) for pk, *parts in names if wanted in az_fold(" ".join(parts))]
    return [pk for _name, pk in sorted(found, key=lambda each: (az_sort_key(each[0]), each[1]))]


def _shut_out(names: Any) -> set[str]:
    """Of these sign-in names, those with too many wrong passwords lately."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    rows = AccessAttempt.objects.filter(
        username__in=list(names), attempt_time__gte=since,
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
    )  # fmt: skip
    return set(rows.values_list("username", flat=True))


@only(KEEPERS)
@never_cache
@require_http_methods(["GET", "POST"])
def user_new(request: HttpRequest) -> HttpResponse:
    """The first password stands on the answer to this form and nowhere else."""
    form = UserForm(request.POST or None)
    made = form.save(request.user) if form.is_bound and form.is_valid() else None
    if made is not None:
        return _page(request, made[0], secret=made[1])
    status = 422 if form.errors else 200
    return render(request, "people/user.html", {"form": form, "row": None}, status=status)


@only(KEEPERS)
@require_http_methods(["GET", "POST"])
def user(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: who they are, where they work, who acts for whom, what they hold."""
    row = _found(pk)
    form = UserForm(request.POST or None, row=row)
    if form.is_bound and form.is_valid() and form.save(request.user):
        messages.success(request, _("Saved."))
        return redirect("user", pk)
    return _page(request, row, form=form)


def _found(pk: int) -> User:
    row = User.objects.filter(pk=pk).first()
    if row is None:
        raise NotAllowed()
    return row


def _page(
    request: HttpRequest,
    row: User,
    *,
    form: UserForm | None = None,
    acting: DelegationForm | None = None,
    secret: str = "",
) -> HttpResponse:
    today = timezone.localdate()
    running = Q(valid_to__isnull=True) | Q(valid_to__gte=today)
    orders = Delegation.objects.filter(running).select_related("principal", "delegate")
    changes = AuditEntry.objects.filter(object_kind="user", object_ref=str(row.pk))
    context = {
        "row": row,
        "form": form or UserForm(row=row),
        "acting_form": acting or DelegationForm(principal=row),
        "deputies": orders.filter(principal=row).order_by("valid_from", "id"),
        "principals": orders.filter(delegate=row).order_by("valid_from", "id"),
        "places": row.placements.filter(running).select_related("structure").order_by("id"),
        "held": held_by(row),
        "is_shut_out": bool(_shut_out([row.username])),
        "changes": [(entry, label_of(entry.kind)) for entry in changes[:SHOWN]],
        "secret": secret,
        "today": today,
    }
    is_wrong = bool((form and form.errors) or (acting and acting.errors))
    return render(request, "people/user.html", context, status=422 if is_wrong else 200)


@only(KEEPERS)
@never_cache
@require_POST
def user_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A password for one sign-in, shown once."""
    row, secret = actions.give_password(pk, by=request.user)
    return _page(request, row, secret=secret)


@only(KEEPERS)
@never_cache
@require_POST
def user_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The person works here again, with a new first password."""
    row, secret = actions.come_back(pk, by=request.user)
    return _page(request, row, secret=secret)


@only(KEEPERS)
@require_POST
def user_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """The person works here no more."""
    row = actions.leave(pk, by=request.user)
    messages.success(request, _("%(name)s cannot sign in any more.") % {"name": row.name})
    return redirect("user", pk)


@only(KEEPERS)
@require_POST
def user_let_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Wrong passwords are forgotten."""
    row = actions.let_in(pk, by=request.user)
    messages.success(request, _("%(name)s may sign in again.") % {"name": row.name})
    return redirect("user", pk)


@only(KEEPERS)
@require_POST
def user_delegate(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody acts for this person by an order."""
    row = _found(pk)
    form = DelegationForm(request.POST, principal=row)
    if form.is_valid() and form.save(request.user):
        messages.success(request, _("Saved."))
        return redirect("user", pk)
    return _page(request, row, acting=form)


@only(KEEPERS)
@require_POST
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The order holds no more."""
    row = actions.end_delegation(pk, by=request.user)
    messages.success(request, _("The order is ended."))
    return redirect("user", row.principal_id)

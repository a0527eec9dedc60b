"""A structure's inbox: what was referred to it, by term, and what happened to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from appeals.paging import capped_all, page_of
from people.models import Placement, Role, User
from people.standing import Standing, standing_of
from routing import actions
from routing.lifecycle import RAction, RStatus, allowed
from routing.models import ANSWERED, GIVEN_BACK, Referral
from routing.querysets import ReferralQuerySet

BY_TERM = ("due_at", "id")
LATEST = ("-sent_at", "-id")


@dataclass(frozen=True)
class Tab:
    """A list of the inbox: its rows, the columns that order them, whether it is counted."""

    code: str
    label: str | Promise
    rows: Callable[[ReferralQuerySet, User], ReferralQuerySet]
    order: tuple[str, ...] = BY_TERM
    is_counted: bool = True


#: In the order a structure works; each is served by an index of its own.
TABS = (
    Tab("open", gettext_lazy("By term"), lambda rows, user: rows.open()),
    Tab("new", gettext_lazy("New"), lambda rows, user: rows.open().filter(status="sent")),
    Tab("mine", gettext_lazy("Mine"), lambda rows, user: rows.open().filter(executor=user)),
    Tab(
        "approve", gettext_lazy("To approve"),
        lambda rows, user: rows.open().filter(status="to_approve"),
    ),
    Tab("soon", gettext_lazy("Due soon"), lambda rows, user: rows.due_soon(timezone.now())),
    Tab("overdue", gettext_lazy("Overdue"), lambda rows, user: rows.overdue(timezone.now())),
    Tab(
        "returned", gettext_lazy("Returned"),
        lambda rows, user: rows.filter(status__in=GIVEN_BACK), LATEST, False,
    ),
    Tab(
        "answered", gettext_lazy("Answered"),
        lambda rows, user: rows.filter(status__in=ANSWERED), LATEST, False,
    ),
)  # fmt: skip


def structure_standing(request: HttpRequest) -> Standing:
    """Only people of a structure have an inbox."""
    standing = standing_of(request.user)
    if not standing.has(Role.STRUCTURE_USER, Role.STRUCTURE_HEAD):
        raise Http404
    return standing


def inbox_rows(request: HttpRequest, standing: Standing) -> ReferralQuerySet:
    """Sent to the structures one stands in; an operator acting for one sees no more here."""
    rows = Referral.objects.visible_to(request.user)
    return rows.filter(structure_id__in=standing.structures)


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """Referrals by term, the most urgent first; those that ended, the latest first."""
    standing = structure_standing(request)
    chosen = next((tab for tab in TABS if tab.code == request.GET.get("list", "open")), TABS[0])
    mine = inbox_rows(request, standing)
    executor = _executor(request, standing)
    listed = mine.filter(executor=executor) if executor is not None else mine
    rows = chosen.rows(listed, request.user).for_list()
    kept = f"?list={chosen.code}" + (f"&executor={executor.pk}" if executor is not None else "")
    page = page_of(rows, chosen.order, request.GET.get("after", ""), request.GET.get("before", ""))
    counted = [tab for tab in TABS if tab.is_counted]
    counts = capped_all([tab.rows(mine, request.user) for tab in counted])
    by_code = dict(zip((tab.code for tab in counted), counts, strict=True))
    tabs = [
        {
            "label": tab.label,
            "url": f"?list={tab.code}",
            "current": tab is chosen,
            "count": by_code.get(tab.code, ""),
        }
        for tab in TABS
    ]
    for row in page.rows:
        row.is_acceptable = allowed(RAction.ACCEPT, RStatus(row.status), standing.roles, row.kind)
    return render(
        request,
        "routing/inbox.html",
        {
            "referrals": page.rows,
            "tabs": tabs,
            "next": f"{kept}&after={page.next}" if page.next else "",
            "previous": f"{kept}&before={page.previous}" if page.previous else "",
            "filter": chosen.label,
            "chosen": chosen.code,
            "executor": executor,
            "may_accept": any(row.is_acceptable for row in page.rows),
            "is_head": bool(standing.headed),
            "newest": mine.order_by("-sent_at", "-id").values_list("sent_at", flat=True).first(),
        },
    )


@login_required
@require_POST
def inbox_accept(request: HttpRequest) -> HttpResponse:
    """Accept the ticked ones; what a colleague took meanwhile is told, the rest is accepted."""
    standing = structure_standing(request)
    rows = inbox_rows(request, standing)
    picked = dict(_picked(value) for value in request.POST.getlist("pick")[:100])
    seen = set(rows.filter(pk__in=picked).values_list("pk", flat=True))
    versions = {pk: version for pk, version in picked.items() if pk in seen}
    accepted, refused = actions.accept_many(versions, by=request.user)
    if accepted:
        messages.success(
            request,
            ngettext("%(n)d referral accepted.", "%(n)d referrals accepted.", len(accepted))
            % {"n": len(accepted)},
        )
    numbers = dict(rows.filter(pk__in=refused).values_list("pk", "appeal__number"))
    for pk, broken in refused.items():
        messages.warning(request, f"{numbers.get(pk, '')}: {broken}")
    if not versions:
        messages.warning(request, _("Tick what is to be accepted."))
    chosen = request.POST.get("list", "")
    known = chosen if chosen in {tab.code for tab in TABS} else "open"
    return redirect(f"{reverse('inbox')}?list={known}")


def _picked(value: str) -> tuple[int, int]:
    """ "12-3": the referral and the version that was read; nothing that exists otherwise."""
    pk, _dash, version = value.partition("-")
    if all(part.isascii() and part.isdigit() and len(part) <= 18 for part in (pk, version)):
        return int(pk), int(version)
    return 0, 0


def _executor(request: HttpRequest, standing: Standing) -> User | None:
    """A head may look at the work of one executor."""
    key = request.GET.get("executor", "")
    if not standing.headed or not (key.isascii() and key.isdigit() and len(key) <= 18):
        return None
    placed = Placement.objects.filter(structure_id__in=standing.headed, user_id=int(key))
    return User.objects.filter(pk__in=placed.values("user")).first()

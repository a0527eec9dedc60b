"""A structure's inbox: what was referred to it, by term, and what happened to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from appeals.paging import Page, capped_all, page_of
from appeals.search import LONGEST_QUERY
from people.models import Placement, Role, Structure, User
from people.standing import Standing, standing_of
from routing import actions, finding
from routing.lifecycle import RAction, RStatus, allowed
from routing.models import ANSWERED, GIVEN_BACK, Referral
from routing.querysets import ReferralQuerySet, past_places
from routing.rows import COLUMNS, Drawing, lines
from routing.workload import answered_lately

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


ANSWERED_LATELY = ("-answered_at", "-id")
#: Lists a figure of the workload opens; they stand among the tabs only while they are open.
BEHIND_FIGURES = (
    Tab("rework", gettext_lazy("In rework"), lambda rows, user: rows.open().filter(status="rework")),
    Tab(
        "given", gettext_lazy("Answered, 30 days"), lambda rows, user: answered_lately(rows),
        ANSWERED_LATELY, False,
    ),
    Tab(
        "late", gettext_lazy("Answered late, 30 days"),
        lambda rows, user: answered_lately(rows).filter(is_late=True), ANSWERED_LATELY, False,
    ),
)  # fmt: skip
#: In the address: nobody executes it yet.
NOBODY = "0"


def structure_standing(request: HttpRequest) -> Standing:
    """Only people of a structure have an inbox."""
    standing = standing_of(request.user)
    if not standing.has(Role.STRUCTURE_USER, Role.STRUCTURE_HEAD):
        raise Http404
    return standing


def inbox_rows(
    request: HttpRequest, standing: Standing, *, among_many: bool = False
) -> ReferralQuerySet:
    """Sent to the structures one stands in; an operator acting for one sees no more here."""
    rows = Referral.objects.visible_to(request.user, among_many=among_many)
    return rows.filter(structure_id__in=standing.structures)


def _past_tabs(user: User) -> list[Tab]:
    """What each ended body did whose work one's structure carries on: read, in the name of its day."""
    places = past_places(user)
    bodies = Structure.objects.filter(pk__in=places).order_by("-valid_to", "path") if places else ()

    def of(body: Structure) -> Callable[[ReferralQuerySet, User], ReferralQuerySet]:
        return lambda rows, user: rows.filter(structure=body)

    return [
        Tab(f"past-{body.pk}", _("Before: %(name)s") % {"name": body}, of(body), LATEST, False)
        for body in bodies
    ]


def _chosen(code: str, tabs: Sequence[Tab]) -> Tab:
    known = {tab.code: tab for tab in (*tabs, *BEHIND_FIGURES)}
    return known.get(code, tabs[0])


@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """Referrals by term, the most urgent first; those that ended, the latest first."""
    standing = structure_standing(request)
    past = _past_tabs(request.user)
    mine = inbox_rows(request, standing)
    text = " ".join(request.GET.get("q", "").split())[:LONGEST_QUERY]
    if text:
        one = finding.exact(request.user, text)
        return redirect("referral", one.pk) if one else _found(request, standing, text, mine, past)
    chosen = _chosen(request.GET.get("list", "open"), [*TABS, *past])
    of_executor, executor = _executor(request, standing)
    base = Referral.objects.visible_to(request.user) if chosen in past else mine
    listed = base.filter(of_executor) if of_executor is not None else base
    rows = chosen.rows(listed, request.user).for_list(of_many=False)
    kept = f"?list={chosen.code}" + (
        f"&executor={executor.pk if executor else NOBODY}" if of_executor is not None else ""
    )
    page = page_of(rows, chosen.order, request.GET.get("after", ""), request.GET.get("before", ""))
    acceptable = {
        row.pk
        for row in page.rows
        if chosen not in past
        and allowed(RAction.ACCEPT, RStatus(row.status), standing.roles, row.kind)
    }
    tabs = _tabs(inbox_rows(request, standing, among_many=True), request.user, chosen, past)
    context = {
        "lines": lines(page.rows, acceptable),
        "tabs": tabs,
        "filter": chosen.label,
        "chosen": chosen.code,
        "is_past": chosen in past,
        "is_by_executor": of_executor is not None,
        "executor": executor,
        "may_accept": bool(acceptable),
    }
    return _page(request, standing, mine, page, kept, context)


def _found(
    request: HttpRequest, standing: Standing, text: str, mine: ReferralQuerySet, past: list[Tab]
) -> HttpResponse:
    """Among all referrals of one's structures, whatever became of them, the latest first."""
    rows, found = finding.findable(request.user), finding.find(text)
    cursors = (request.GET.get(name, "") for name in ("after", "before"))
    page = page_of(rows, LATEST, *cursors, found, drawn=finding.drawn)
    for row in page.rows:
        row.piece = finding.piece(row, found.marked)
    context = {
        "lines": lines(page.rows, (), Drawing(found.marked)),
        "tabs": _tabs(inbox_rows(request, standing, among_many=True), request.user, None, past),
        "filter": _("Found: %(text)s") % {"text": text},
        "search_text": text,
    }
    return _page(request, standing, mine, page, f"?{urlencode({'q': text})}", context)


def _page(
    request: HttpRequest,
    standing: Standing,
    mine: ReferralQuerySet,
    page: Page,
    kept: str,
    context: dict[str, Any],
) -> HttpResponse:
    return render(
        request,
        "routing/inbox.html",
        {
            "columns": COLUMNS,
            "next": f"{kept}&after={page.next}" if page.next else "",
            "previous": f"{kept}&before={page.previous}" if page.previous else "",
            "is_head": bool(standing.headed),
            "newest": mine.order_by("-sent_at", "-id").values_list("sent_at", flat=True).first(),
            **context,
        },
    )


def _tabs(
    mine: ReferralQuerySet, user: User, chosen: Tab | None, past: list[Tab]
) -> list[dict[str, object]]:
    """Every list with its count, in one question; one behind a figure while it is open."""
    shown = [*TABS, *past, *(tab for tab in BEHIND_FIGURES if tab is chosen)]
    counted = [tab for tab in TABS if tab.is_counted]
    counts = capped_all([tab.rows(mine, user) for tab in counted], is_kept=True)
    by_code = dict(zip((tab.code for tab in counted), counts, strict=True))
    return [
        {
            "label": tab.label,
            "url": f"?list={tab.code}",
            "current": tab is chosen,
            "count": by_code.get(tab.code, ""),
        }
        for tab in shown
    ]


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


def _executor(request: HttpRequest, standing: Standing) -> tuple[Q | None, User | None]:
    """A head may look at the work of one executor, or at what nobody executes yet."""
    key = request.GET.get("executor", "")
    if not standing.headed or not (key.isascii() and key.isdigit() and len(key) <= 18):
        return None, None
    if key == NOBODY:
        return Q(executor__isnull=True), None
    # Whoever left keeps the work done here; of others there is nothing to look at.
    seen = Referral.objects.visible_to(request.user)
    worked = seen.filter(structure_id__in=standing.headed, executor_id=int(key))
    placed = Placement.objects.filter(structure_id__in=standing.headed, user_id=int(key))
    found = User.objects.filter(Exists(placed) | Exists(worked), pk=int(key)).first()
    return (Q(executor=found), found) if found is not None else (None, None)

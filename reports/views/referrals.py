"""The referrals behind a figure."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from appeals.access import READERS, only
from appeals.paging import capped, page_of
from people.models import Role
from reports.figures.cut import COLUMNS, Cut
from reports.figures.cut import read as read_cut
from reports.figures.labels import labels
from reports.figures.narrowing import FEW
from reports.figures.opening import Opened, read_opened, words
from reports.figures.registry import FILTERS, Grain
from reports.figures.rows import condition, moment, taken
from routing.models import Referral

READERS_OF_REFERRALS = READERS | {str(Role.STRUCTURE_USER), str(Role.STRUCTURE_HEAD)}
ORDER = ("-sent_at", "-id")


@only(READERS_OF_REFERRALS)
@require_GET
def referrals(request: HttpRequest) -> HttpResponse:
    """What a figure of referrals counts, of what the reader sees; the filters as the figure had
    them. RuleBroken for an address nobody wrote."""
    opened = read_opened(request.GET.get("figure", "")[:200])
    cut = read_cut(request.GET)
    rows = counted(Referral.objects.visible_to(request.user), opened, cut)
    page = page_of(
        rows, ORDER, request.GET.get("after", ""), request.GET.get("before", ""),
        drawn=lambda found: found.for_list(),
    )  # fmt: skip
    names = {name: labels(name, [value])[value] for name, value in opened.exact.items()}
    context = {
        "page": page,
        "opened": words(opened._replace(exact=names)),
        "definition": opened.figure.definition,
        "filters": [str(getattr(cut, name)) for name in FILTERS if getattr(cut, name)],
        "count": capped(rows, order=ORDER) if page.next or page.previous else str(len(page.rows)),
        "next_url": _turn(request, after=page.next) if page.next else "",
        "previous_url": _turn(request, before=page.previous) if page.previous else "",
        "now": timezone.now(),
    }
    return render(request, "reports/referrals.html", context)


def counted(seen: QuerySet, opened: Opened, cut: Cut) -> QuerySet:
    """Of the referrals the reader sees those the figure counts under the cut."""
    one, at = opened.figure, moment(opened.period)
    if one.grain is not Grain.REFERRAL:
        return seen.none()
    found = taken(one, opened.period, at).filter(cut.condition(one.grain))
    found = found.filter(Cut(exact=opened.exact).condition(one.grain))
    whole = opened.whole and one.of is not None
    found = found.filter(one.of if whole else condition(one, opened.period, at))
    few = list(found.values_list("pk", flat=True)[: FEW + 1])
    if len(few) <= FEW:
        return seen.filter(pk__in=few)
    if opened.period is not None:
        # Whatever is counted was sent before the end of the period: no list walks past it.
        seen = seen.filter(sent_at__lt=opened.period.end)
    return seen.filter(pk__in=found.values("pk"))


def _turn(request: HttpRequest, **cursor: str) -> str:
    kept = request.GET.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    kept.update(cursor)
    return f"?{kept.urlencode()}"


assert set(FILTERS) <= set(COLUMNS[Grain.REFERRAL])

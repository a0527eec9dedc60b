"""The work lists and the search."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from appeals.access import INSIDERS, READERS, only
from appeals.filters import WORK_LISTS, AppealFilter, WorkList, capped, page_of
from appeals.models import Appeal
from appeals.querysets import AppealQuerySet
from appeals.search import LONGEST_QUERY, exact, find, snippet, with_beginnings
from people.standing import standing_of

#: Parameters of a list that say where in it one stands.
CURSORS = ("after", "before")


@only(READERS)
@require_GET
def appeals(request: HttpRequest) -> HttpResponse:
    """The work lists; one set of filters and one search for all of them."""
    user = request.user
    chosen = next((tab for tab in WORK_LISTS if tab.code == request.GET.get("tab")), WORK_LISTS[0])
    seen = Appeal.objects.visible_to(user)
    filters = AppealFilter(request.GET, queryset=chosen.rows(seen, user))
    rows: AppealQuerySet = filters.qs
    text = " ".join(request.GET.get("q", "")[:LONGEST_QUERY].split())
    finding = find(user, text) if text else None
    after, before = (request.GET.get(name, "") for name in CURSORS)
    listed = rows.for_list() if finding is None else with_beginnings(rows.for_list())
    page = page_of(listed, chosen.order, after, before, finding)
    if finding is not None:
        for row in page.rows:
            row.snippet = snippet([row.beginning, row.answer_beginning], finding.marked)
    is_cut = any(filters.form.data.get(name) for name in filters.filters)
    is_cut = is_cut or bool(request.GET.get("figure"))
    context = {
        "filters": filters,
        "tabs": [_tab(tab, seen, request, chosen) for tab in WORK_LISTS],
        "tab": chosen,
        "page": page,
        "count": capped(rows, finding, is_whole=not is_cut and not chosen.is_counted)
        if page.next or page.previous
        else str(len(page.rows)),
        "next_url": _turn(request, after=page.next) if page.next else "",
        "previous_url": _turn(request, before=page.previous) if page.previous else "",
        "search_text": text,
        "marked": finding.marked if finding is not None else "",
        "is_narrowed": bool(text) or is_cut,
        "shows_applicants": standing_of(user).has(*INSIDERS),
    }
    return render(request, "appeals/list.html", context)


def _tab(
    tab: WorkList, seen: AppealQuerySet, request: HttpRequest, chosen: WorkList
) -> dict[str, Any]:
    return {
        "label": tab.label,
        "url": f"{reverse('appeals')}?tab={tab.code}",
        "count": capped(tab.rows(seen, request.user)) if tab.is_counted else "",
        "current": tab is chosen,
        "key": tab.key,
    }


def _turn(request: HttpRequest, **cursor: str) -> str:
    kept = request.GET.copy()
    for name in CURSORS:
        kept.pop(name, None)
    kept.update(cursor)
    return f"?{kept.urlencode()}"


@only(READERS)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """A number opens its appeal; everything else is the list narrowed by what was typed."""
    text = request.GET.get("q", "")[:LONGEST_QUERY]
    found = exact(request.user, text)
    return redirect(found) if found is not None else appeals(request)

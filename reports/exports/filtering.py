"""What an export is cut by: the same parameters as the list of appeals."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import QueryDict

from appeals.filters import AppealFilter
from appeals.models import Appeal
from appeals.narrowing import narrowed
from appeals.querysets import AppealQuerySet
from appeals.search import LONGEST_QUERY, narrow
from appeals.worklists import WORK_LISTS
from callcenter.errors import RuleBroken
from people.models import User

#: Parameters kept with an export; where in a list one stood is none of them.
KEPT = ("tab", "q", "figure", *AppealFilter.base_filters)


def kept(data: QueryDict | Mapping[str, str]) -> dict[str, str]:
    """The parameters that cut the rows, the empty ones left out."""
    return {name: str(data[name])[:LONGEST_QUERY] for name in KEPT if data.get(name)}


def rows_for(user: User, query: Mapping[str, str]) -> AppealQuerySet:
    """What the person would see in the list; RuleBroken names a filter that means nothing."""
    seen = Appeal.objects.visible_to(user)
    tab = next((one for one in WORK_LISTS if one.code == query.get("tab")), WORK_LISTS[0])
    filters = AppealFilter(dict(query), queryset=tab.rows(seen, user))
    if not filters.form.is_valid():
        name, errors = next(iter(filters.form.errors.items()))
        raise RuleBroken("filter_unknown", str(errors[0]), field=name)
    rows: AppealQuerySet = filters.qs
    if text := " ".join(query.get("q", "").split()):
        rows = narrow(rows, user, text)
    if figure := query.get("figure", ""):
        rows = narrowed("figure", rows, figure).rows
    return rows

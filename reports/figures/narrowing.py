"""Lists of appeals narrowed to what a figure counts; registered with the list at start."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from appeals.narrowing import Narrowed
from appeals.querysets import AppealQuerySet
from callcenter.errors import RuleBroken
from reports.figures.cut import Cut, read
from reports.figures.labels import labels
from reports.figures.opening import Opened, read_opened, words
from reports.figures.registry import Figure, Grain
from reports.figures.rows import condition, keys, moment, taken
from reports.periods import Period

#: So many appeals are named one by one; of more the list is read in its own order.
FEW = 1000


def narrow(rows: AppealQuerySet, text: str, others: Mapping[str, str]) -> Narrowed:
    """The rows a figure counts, of those the reader sees; an unknown figure has none.

    The filters above the list cut the rows themselves; here stand the figure, its period, the values
    taken alone, and the filters once more, so that only the facts they leave are looked up.
    """
    try:
        opened = read_opened(text)
    except RuleBroken as broken:
        return Narrowed(rows.none(), broken.message)
    one, at = opened.figure, moment(opened.period)
    if one.grain is Grain.REFERRAL:
        return Narrowed(rows.none(), str(one.name))
    found = taken(one, opened.period, at).filter(Cut(exact=opened.exact).condition(one.grain))
    if opened.whole:
        found = found.filter(one.of) if one.of else found
    else:
        found = found.filter(condition(one, opened.period, at))
    if one.grain is not Grain.LIVE:
        found = found.filter(_filters(others).condition(one.grain))
        few = list(keys(one, found).values_list("appeal_id", flat=True)[: FEW + 1])
        if len(few) <= FEW:
            return Narrowed(rows.filter(pk__in=few), _told(opened))
        rows = rows.filter(_bounds(one, opened.period))
    return Narrowed(rows.filter(pk__in=keys(one, found)), _told(opened))


def _told(opened: Opened) -> str:
    names = {name: labels(name, [value])[value] for name, value in opened.exact.items()}
    return words(opened._replace(exact=names))


def _bounds(one: Figure, period: Period | None) -> Q:
    """Where in the order of registration the rows can stand, so that no list walks past the period:
    whatever is counted in it was registered before its end."""
    if period is None:
        return Q()
    until = Q(registered_at__lt=period.end)
    is_by_registration = one.grain is Grain.APPEAL and one.clock == "registered_on"
    return until & Q(registered_at__gte=period.start) if is_by_registration else until


def _filters(others: Mapping[str, str]) -> Cut:
    """The filters of the list; none while one of them means nothing, which the list itself tells."""
    try:
        return read(others)
    except RuleBroken:
        return Cut()

"""Lists of appeals narrowed to what a figure counts; registered with the list at start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from appeals.lifecycle import Status
from appeals.narrowing import Narrowed
from appeals.querysets import AppealQuerySet
from callcenter.errors import RuleBroken
from reports.figures.cut import OWN_ROW, Cut, read
from reports.figures.labels import labels
from reports.figures.opening import Opened, read_opened, words
from reports.figures.registry import Figure, Grain, Moment
from reports.figures.rows import condition, moment, parts, taken
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
    own = None if one.is_rare else _own_row(opened)
    if own is not None:
        return Narrowed(rows.filter(own), _told(opened))
    if one.grain is Grain.LIVE:
        return Narrowed(_counted(opened, rows.open(), at), _told(opened))
    few = _few(opened, at, _filters(others))
    if few is not None:
        return Narrowed(rows.filter(pk__in=few), _told(opened))
    own = _own_row(opened)
    if own is not None:
        return Narrowed(rows.filter(own), _told(opened))
    # Many: the list is read in its own order, and each row is looked up among the facts.
    found = taken(one, opened.period, at)
    fact = _counted(opened, found, at).filter(appeal_id=OuterRef("pk"))
    return Narrowed(
        rows.filter(_bounds(one, opened.period, at)).filter(Exists(fact)), _told(opened)
    )


def _counted(opened: Opened, rows: QuerySet, at: Moment) -> QuerySet:
    """Those of the taken rows that the figure counts, or is a share of."""
    one = opened.figure
    rows = rows.filter(Cut(exact=opened.exact).condition(one.grain))
    if opened.whole:
        return rows.filter(one.of) if one.of else rows
    return rows.filter(condition(one, opened.period, at))


def _few(opened: Opened, at: Moment, cut: Cut) -> list[int] | None:
    """The appeals counted, one by one; None when they are more than a few."""
    one = opened.figure
    found: list[int] = []
    for part in parts(one, opened.period, at):
        rows = _counted(opened, part, at).filter(cut.condition(one.grain))
        found += rows.values_list("appeal_id", flat=True)[: FEW + 1 - len(found)]
        if len(found) > FEW:
            return None
    return found


def _own_row(opened: Opened) -> Q | None:
    """What is counted, told by the appeal's own row; None where only the facts tell it."""
    one, period = opened.figure, opened.period
    row = one.of_row if opened.whole else one.row
    if row is None or period is None or not set(opened.exact) <= set(OWN_ROW):
        return None
    within = _bounds(one, period, moment(period))
    if one.clock == "closed_on":
        within &= Q(closed_at__gte=period.start, closed_at__lt=period.end)
    return ~Q(status=Status.MERGED) & within & row & Cut(exact=opened.exact).over(OWN_ROW)


def _told(opened: Opened) -> str:
    names = {name: labels(name, [value])[value] for name, value in opened.exact.items()}
    return words(opened._replace(exact=names))


def _bounds(one: Figure, period: Period | None, at: Moment) -> Q:
    """Where in the order of registration the rows can stand, so that no list walks past the period:
    whatever is counted in it was registered before its end. What was open at the end of a day is
    open, or ended later."""
    if one.grain is Grain.OPEN:
        over = timezone.make_aware(dt.datetime.combine(at.day + dt.timedelta(days=1), dt.time()))
        return Q(registered_at__lt=over) & (Q(is_open=True) | Q(closed_at__gte=over))
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

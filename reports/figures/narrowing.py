"""Lists of appeals narrowed to what a figure counts; registered with the list at start."""

from __future__ import annotations

from collections.abc import Mapping

from appeals.narrowing import Narrowed
from appeals.querysets import AppealQuerySet
from callcenter.errors import RuleBroken
from reports.figures.cut import Cut, read
from reports.figures.labels import labels
from reports.figures.opening import read_opened, words
from reports.figures.registry import Grain
from reports.figures.rows import condition, keys, moment, taken


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
    names = {name: labels(name, [value])[value] for name, value in opened.exact.items()}
    told = words(opened._replace(exact=names))
    return Narrowed(rows.filter(pk__in=keys(one, found)), told)


def _filters(others: Mapping[str, str]) -> Cut:
    """The filters of the list; none while one of them means nothing, which the list itself tells."""
    try:
        return read(others)
    except RuleBroken:
        return Cut()

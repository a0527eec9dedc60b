"""A figure by the values of a dimension, and over time; every part opens its list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from people.branches import has_gone, places
from people.models import Structure
from reports.figures.computing import DAY, Asked, Numbers, Reading, numbers, reading
from reports.figures.coverage import missing
from reports.figures.cut import Cut
from reports.figures.labels import MODELS, labels
from reports.figures.registry import TREES, Figure, figure
from reports.periods import Period

#: Up to so many days a line is drawn by day, beyond by month.
MOST_DAYS = 62


@dataclass(frozen=True)
class Part:
    """One value of a dimension, with the figures of it and the cut that leads to it."""

    key: str
    label: str
    readings: dict[str, Reading]
    cut: Cut


def split(codes: Iterable[str], dimension: str, asked: Asked) -> list[Part]:
    """The figures by the values of a dimension, the largest first figure first. A tree is split
    into the branches under the one chosen."""
    wanted = [figure(code) for code in codes]
    found = numbers(wanted, asked, by=dimension)
    keys = {key for one in wanted for key in found[one.code]}
    if dimension in TREES:
        parts = _branches(wanted, dimension, asked, found, keys)
    else:
        names = labels(dimension, keys)
        parts = [
            _part(wanted, asked, key, names[key], asked.cut.narrowed(dimension, key), found, [key])
            for key in keys
        ]
    first = wanted[0].code
    parts = [part for part in parts if any(r.count or r.of for r in part.readings.values())]
    return sorted(parts, key=lambda part: (-part.readings[first].count, part.label))


def _part(
    wanted: list[Figure],
    asked: Asked,
    key: str,
    label: str,
    cut: Cut,
    found: dict[str, dict[str, Numbers]],
    keys: list[str],
) -> Part:
    there = asked.about(cut=cut)
    told = {
        one.code: reading(one, _sum(one, [found[one.code].get(k) for k in keys]), there)
        for one in wanted
    }
    return Part(key, label, told, cut)


def _sum(one: Figure, parts: list[Numbers | None]) -> Numbers:
    known = [part for part in parts if part is not None]
    if len(known) == 1:
        return known[0]
    count = sum(part.count for part in known)
    total = sum((part.value or 0) * part.count for part in known)
    return Numbers(count, sum(part.of for part in known), total / count if count else None)


def _branches(
    wanted: list[Figure],
    dimension: str,
    asked: Asked,
    found: dict[str, dict[str, Numbers]],
    keys: set[str],
) -> list[Part]:
    rows = list(MODELS[dimension].objects.all())
    root = getattr(asked.cut, dimension)
    inside = [row for row in rows if str(row.pk) in keys]
    path_of = _paths(rows, root)
    children = _children(rows, root)
    # A level with one branch tells nothing: go down to where the paths part.
    while root is None or not any(row.pk == root.pk for row in inside):
        held = [c for c in children if any(path_of[row.pk].startswith(c.path) for row in inside)]
        if len(held) != 1 or not _children(rows, held[0]):
            break
        root, children = held[0], _children(rows, held[0])
    parts = []
    for child in children:
        within = [str(row.pk) for row in inside if path_of[row.pk].startswith(child.path)]
        if within:
            cut = asked.cut.narrowed(dimension, "", child)
            parts.append(_part(wanted, asked, str(child.pk), _name(child), cut, found, within))
    if root is not None and str(root.pk) in keys:
        alone = asked.cut.narrowed(dimension, str(root.pk))
        name = _("%(name)s itself") % {"name": _name(root)}
        key = str(root.pk)
        parts.append(_part(wanted, asked, key, name, alone, found, [key]))
    for row in inside:
        # What the chosen one took over from stands beside it, by the name of its day.
        if root is not None and row.pk != root.pk and path_of[row.pk] == root.path:
            key = str(row.pk)
            alone = asked.cut.narrowed(dimension, key)
            parts.append(_part(wanted, asked, key, _name(row), alone, found, [key]))
    if "" in keys:
        alone = asked.cut.narrowed(dimension, "")
        parts.append(_part(wanted, asked, "", _("Not named"), alone, found, [""]))
    return parts


def _paths(rows: list[Any], root: Any) -> dict[int, str]:
    """Where each row is counted: a structure that ended where its successor stands, unless the
    branch of one that ended is asked for."""
    if rows and isinstance(rows[0], Structure) and not (root is not None and has_gone(root)):
        return places(rows)
    return {row.pk: row.path for row in rows}


def _children(rows: list[models.Model], root: models.Model | None) -> list[models.Model]:
    parent = root.pk if root is not None else None
    return [row for row in rows if row.parent_id == parent]


def _name(row: models.Model) -> str:
    return str(getattr(row, "short_name", None) or row.name)


@dataclass(frozen=True)
class Step:
    """One step of a line: its days and the reading."""

    period: Period
    reading: Reading


def over_time(code: str, asked: Asked) -> list[Step]:
    """A figure by day, or by month when there are many days; steps not begun are left out."""
    one = figure(code)
    period = asked.period
    assert period is not None
    today = timezone.localdate(asked.now)
    by_day = numbers([one], asked, by=DAY)[one.code]
    steps = []
    for span in spans(period):
        if span.first > today:
            break
        why = missing(one, span, today, asked.known.begin)
        there = asked.about(period=span)
        if one.column in ("opened", "fell_due"):
            told = by_day.get(there.at.day, Numbers())
        else:
            days = [key for key in by_day if span.first <= key <= span.last]
            told = _sum(one, [by_day[key] for key in sorted(days)])
        steps.append(Step(span, reading(one, told, there, why)))
    return steps


def spans(period: Period) -> list[Period]:
    """The days of a short period, the months of a long one."""
    length = (period.last - period.first).days + 1
    if length <= MOST_DAYS:
        days = (period.first + dt.timedelta(days=i) for i in range(length))
        return [Period(day, day) for day in days]
    months, first = [], period.first
    while first <= period.last:
        following = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        months.append(Period(first, min(following - dt.timedelta(days=1), period.last)))
        first = following
    return months


def per_month_label(span: Period) -> str:
    """How a step is named under a line."""
    return f"{span.first:%d.%m}" if span.first == span.last else f"{span.first:%m.%Y}"

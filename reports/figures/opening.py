"""The address of the list behind a figure, and reading it back."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from callcenter.errors import RuleBroken
from reports.figures.cut import Cut, read_exact, write_exact
from reports.figures.registry import DIMENSIONS, Figure, Grain, figure
from reports.periods import Period, parse

#: Between the parts of the parameter: figure, period, values taken alone.
BETWEEN = "~"
WHOLE = ".of"


class Opened(NamedTuple):
    """What a list was opened by."""

    figure: Figure
    period: Period | None
    exact: dict[str, str]
    whole: bool


def opens(one: Figure, cut: Cut, period: Period | None, *, whole: bool = False) -> str:
    """The list of what the figure counts; with `whole`, of what it is a share of."""
    parts = [f"{one.code}{WHOLE if whole else ''}"]
    if one.takes_period:
        assert period is not None
        parts.append(f"{period.first:%Y-%m-%d}..{period.last:%Y-%m-%d}")
    elif cut.exact:
        parts.append("")
    if cut.exact:
        parts.append(write_exact(cut.exact))
    page = "figure-referrals" if one.grain is Grain.REFERRAL else "appeals"
    query = {"figure": BETWEEN.join(parts), **_order(one), **cut.query()}
    return f"{reverse(page)}?{urlencode(query, safe=BETWEEN + '=,.')}"


def _order(one: Figure) -> dict[str, str]:
    """In which order the list opens: the one in which what is counted lies together in an index."""
    if one.grain is Grain.LIVE:
        return {"tab": "open", "order": "due"}
    return {"order": "closed"} if one.grain is Grain.APPEAL and one.clock == "closed_on" else {}


def read_opened(text: str) -> Opened:
    """The parameter of a list read back; RuleBroken for anything `opens` would not write."""
    code, _sign, rest = text.partition(BETWEEN)
    span, _sign, alone = rest.partition(BETWEEN)
    whole = code.endswith(WHOLE)
    try:
        one = figure(code.removesuffix(WHOLE))
        exact = read_exact(alone) if alone else {}
    except (KeyError, ValueError) as error:
        raise _unreadable() from error
    if one.takes_period != bool(span) or not set(exact) <= one.dimensions:
        raise _unreadable()
    return Opened(one, parse(span) if span else None, exact, whole)


def words(opened: Opened) -> str:
    """How the list says what it was opened by."""
    parts = [str(opened.figure.name)]
    if opened.whole:
        parts[0] = _("all behind “%(figure)s”") % {"figure": opened.figure.name}
    if opened.period is not None:
        parts.append(opened.period.label)
    parts += [
        f"{DIMENSIONS[name]}: {value or _('not named')}" for name, value in opened.exact.items()
    ]
    return " · ".join(parts)


def _unreadable() -> RuleBroken:
    return RuleBroken(
        "figure_unknown",
        _("There is no such figure. Open the list from the dashboard again."),
        field="figure",
    )

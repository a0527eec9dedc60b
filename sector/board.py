"""What every dashboard is made of: the question of the address, its figures, its comparison."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from callcenter.templatetags.formats import az_number
from reports.charts import shown
from reports.figures.computing import Asked, Reading, read
from reports.figures.coverage import is_partial
from reports.figures.cut import Cut
from reports.figures.registry import FILTERS, Measure, Unit, figure
from reports.periods import Period
from sector.forms import BoardForm, Span


@dataclass(frozen=True)
class Stat:
    """A figure as a dashboard shows it."""

    code: str
    label: str | Promise
    value: str
    url: str
    hint: str = ""
    tone: str = ""
    hint_tone: str = ""
    definition: str | Promise = ""


class Board:
    """One reading of one dashboard by one person."""

    def __init__(
        self,
        request: HttpRequest,
        *,
        span: str = Span.MONTH,
        own: Mapping[str, str] | None = None,
    ) -> None:
        """`own` holds values no filter takes away, such as the reader's own key."""
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        given = request.GET
        self.form = BoardForm(_with_period(given, span), today=self.today, span=span)
        self.form.is_valid()
        self.period: Period = self.form.chosen
        self.cut: Cut = replace(self.form.cut, exact=own or {})
        self.asked = Asked(request.user, self.period, self.cut, self.now)
        self.is_wall = "wall" in given
        self.query = {
            name: given[name]
            for name in ("period", "since", "until", "compare", *FILTERS)
            if given.get(name)
        }

    @cached_property
    def against(self) -> Asked | None:
        """The question of the comparison; None where the other period cannot be told whole."""
        other = self.form.against()
        if other is None or is_partial(other, self.asked.known.begin):
            return None
        return self.asked.about(period=other)

    @property
    def filled_at(self) -> dt.datetime | None:
        return self.asked.known.filled_at

    @property
    def told(self) -> list[tuple[str, str]]:
        """What the view is cut by and held against, in words, for the paper it is printed on."""
        said = []
        for name in FILTERS:
            value = self.form.cleaned_data.get(name)
            if value:
                field = self.form.fields[name]
                words = dict(field.choices).get(value, value) if isinstance(value, str) else value
                said.append((str(field.label), str(words)))
        if self.against is not None and self.against.period is not None:
            said.append((str(self.form.fields["compare"].label), self.against.period.label))
        return said

    def address(self, **more: object) -> str:
        """The view's own address with something changed."""
        return f"?{urlencode({**self.query, **more})}"

    def stats(self, codes: Iterable[str]) -> list[Stat]:
        """The figures, each held against the other period."""
        codes = list(codes)
        mine = read(codes, self.asked)
        timed = [code for code in codes if figure(code).takes_period]
        theirs = read(timed, self.against) if self.against is not None and timed else {}
        return [stat(mine[code], theirs.get(code)) for code in codes]


def _with_period(given: QueryDict, span: str) -> QueryDict:
    """The filters as sent; the period that is told stands in its field even if nobody chose it."""
    data = given.copy()
    if not data.get("period"):
        data["period"] = Span.DAYS if data.get("since") or data.get("until") else span
    return data


def stat(this: Reading, that: Reading | None = None) -> Stat:
    """A reading with what it was before; a figure that is not known says why."""
    one = this.figure
    if not this.is_known:
        return Stat(one.code, one.name, "–", "", this.missing, definition=one.definition)
    hint, tone = _change(this, that)
    if one.measure is Measure.SHARE and this.of is not None:
        counted = _("%(n)s of %(of)s") % {"n": az_number(this.count), "of": az_number(this.of)}
        hint = f"{counted} · {hint}" if hint else counted
    bad = one.code in ("overdue", "backlog_overdue") and this.count
    return Stat(
        one.code, one.name, value_of(this), this.url, hint, "bad" if bad else "", tone,
        one.definition,
    )  # fmt: skip


def value_of(reading: Reading) -> str:
    """The value with its unit, or what stands where there is nothing."""
    if reading.value is None:
        return reading.figure.empty
    return shown(reading.value, reading.figure.kind)


def _change(this: Reading, that: Reading | None) -> tuple[str, str]:
    if that is None or not that.is_known or that.value is None or this.value is None:
        return "", ""
    less = this.value - that.value
    was = _("was %(value)s") % {"value": value_of(that)}
    if this.figure.unit is Unit.PER_CENT:
        change = _("%(change)s points") % {"change": _signed(less, 1)}
    elif this.figure.measure is Measure.COUNT and that.value:
        change = f"{_signed(Decimal(100) * less / that.value, 0)} %"
    else:
        change = _signed(less, 0 if this.figure.measure is Measure.COUNT else 1)
    better = this.figure.more_is_better
    tone = "" if better is None or not less else "good" if (less > 0) is better else "bad"
    return f"{was} · {change}", tone


def _signed(value: Decimal, places: int) -> str:
    text = az_number(value, places)
    return f"+{text}" if value > 0 else str(text)

"""How the period went: received and ended by day, week or month."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, QuerySet
from django.db.models.functions import Trunc, TruncDay, TruncMonth, TruncWeek
from django.utils.translation import gettext as _

from appeals.models import Appeal
from reports.blocks.base import Context
from reports.document import Block, ChartBlock, Heading, TableBlock
from reports.figures import ended, received
from reports.periods import Period
from reports.tables import Chart, Column, Kind, Series, Table

#: Days up to which a period is told by day, and by week.
BY_DAY, BY_WEEK = 31, 100


def block(context: Context) -> list[Block]:
    period = context.period
    days = (period.last - period.first).days + 1
    if days <= BY_DAY:
        trunc, title, starts = TruncDay, _("By day"), _days(period, 1)
    elif days <= BY_WEEK:
        monday = period.first - dt.timedelta(days=period.first.weekday())
        trunc, title, starts = TruncWeek, _("By week"), _days(Period(monday, period.last), 7)
    else:
        trunc, title, starts = TruncMonth, _("By month"), _months(period)
    came = _counted(received(period), trunc("registered_at"))
    went = _counted(ended(period), trunc("closed_at"))
    rows = [[start, came.get(start, 0), went.get(start, 0)] for start in starts]
    table = Table(
        code="dynamics",
        title=title,
        columns=[
            Column("start", _("Beginning"), Kind.DATE),
            Column("received", _("Received"), Kind.INTEGER),
            Column("ended", _("Ended"), Kind.INTEGER),
        ],
        rows=rows,
        totals=[_("Total"), sum(n for _start, n, _m in rows), sum(m for _start, _n, m in rows)],
        definition=_("Days are those of Baku; a week begins on Monday."),
    )
    chart = Chart(
        code="dynamics-line",
        title=_("Received and ended"),
        kind="line",
        labels=[f"{start:%m.%Y}" if trunc is TruncMonth else f"{start:%d.%m}" for start in starts],
        series=[
            Series(_("Received"), [row[1] for row in rows]),
            Series(_("Ended"), [row[2] for row in rows]),
        ],
    )
    return [Heading(_("Course of the period"), 2), ChartBlock(chart, table.code), TableBlock(table)]


def _counted(rows: QuerySet[Appeal], start: Trunc) -> dict[dt.date, int]:
    found = rows.order_by().annotate(start=start).values("start").annotate(n=Count("id"))
    return {row["start"].date(): row["n"] for row in found}


def _days(period: Period, step: int) -> list[dt.date]:
    count = (period.last - period.first).days // step + 1
    return [period.first + dt.timedelta(days=step * at) for at in range(count)]


def _months(period: Period) -> list[dt.date]:
    month, found = period.first.replace(day=1), []
    while month <= period.last:
        found.append(month)
        month = (month + dt.timedelta(days=32)).replace(day=1)
    return found

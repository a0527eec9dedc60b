"""Received in the period by one dimension, each as a chart and its table."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from appeals.kinds import Channel, Kind, Language
from people.models import Structure
from reports.blocks.base import Context
from reports.document import Block, ChartBlock, Heading, TableBlock
from reports.figures import names_of, split_table
from reports.tables import Chart, Series, Table

#: Bars of one chart; the table has all rows.
BARS = 10


def kinds(context: Context) -> list[Block]:
    labels = {value: str(label) for value, label in Kind.choices}
    return charted(split_table(context.period, "kinds", _("By kind"), "kind", labels))


def topics(context: Context) -> list[Block]:
    names = names_of("topic")
    return charted(split_table(context.period, "topics", _("By topic"), "topic_id", names))


def structures(context: Context) -> list[Block]:
    names = names_of("responsible") | {None: _("Sector itself")}
    title = _("By structure")
    return charted(
        split_table(context.period, "structures", title, "responsible_id", names),
        without=names[None],
        short={row.name: row.short_name for row in Structure.objects.all()},
    )


def channels(context: Context) -> list[Block]:
    labels = {value: str(label) for value, label in Channel.choices}
    return charted(split_table(context.period, "channels", _("By channel"), "channel", labels))


def regions(context: Context) -> list[Block]:
    names = names_of("region")
    return charted(split_table(context.period, "regions", _("By region"), "region_id", names))


def languages(context: Context) -> list[Block]:
    labels = {value: str(label) for value, label in Language.choices}
    return plain(split_table(context.period, "languages", _("By language"), "language", labels))


def outcomes(context: Context) -> list[Block]:
    names = names_of("outcome")
    return plain(split_table(context.period, "outcomes", _("By outcome"), "outcome_id", names))


def plain(table: Table) -> list[Block]:
    """The table under its heading."""
    return [Heading(table.title, 2), TableBlock(table)]


def charted(table: Table, without: str = "", short: Mapping[str, str] | None = None) -> list[Block]:
    """The longest rows as bars, then the table; one row alone needs no bars. `without` names a row
    so long that it would hide the others, `short` what stands beside a bar for a long name."""
    rows = [row for row in table.rows if row[0] != without][:BARS]
    if len(rows) < 2:
        return plain(table)
    chart = Chart(
        code=f"{table.code}-bars",
        title=table.title,
        kind="bar",
        labels=[(short or {}).get(str(row[0]), str(row[0])) for row in rows],
        series=[Series(table.columns[1].label, [row[1] for row in rows])],
    )
    return [Heading(table.title, 2), ChartBlock(chart, table.code), TableBlock(table)]

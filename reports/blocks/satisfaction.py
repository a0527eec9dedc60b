"""Whether the demands of those whose appeals ended were met, by kind."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from appeals.kinds import Kind
from reports.blocks.base import Context
from reports.document import Block, Heading, TableBlock
from reports.figures import ended
from reports.periods import Period
from reports.tables import Column, Table
from reports.tables import Kind as Value


def block(context: Context) -> list[Block]:
    table = satisfaction_table(context.period)
    return [Heading(table.title, 2), TableBlock(table)] if table.rows else []


def satisfaction_table(period: Period) -> Table:
    """Ended in the period with an outcome: how many outcomes mean that the demand was met."""
    found = {
        row["kind"]: row
        for row in ended(period)
        .filter(outcome__isnull=False)
        .order_by()
        .values("kind")
        .annotate(n=Count("id"), met=Count("id", filter=Q(outcome__is_satisfied=True)))
    }
    rows = [
        [
            str(label),
            found[kind]["n"],
            found[kind]["met"],
            _share(found[kind]["met"], found[kind]["n"]),
        ]
        for kind, label in Kind.choices
        if kind in found
    ]
    total, met = sum(row["n"] for row in found.values()), sum(row["met"] for row in found.values())
    return Table(
        code="satisfaction",
        title=_("Satisfaction of demands"),
        columns=[
            Column("kind", _("Kind")),
            Column("ended", _("Ended with an outcome"), Value.INTEGER),
            Column("met", _("Demand met"), Value.INTEGER),
            Column("share", _("Share, %"), Value.DECIMAL, places=1),
        ],
        rows=rows,
        totals=[_("Total"), total, met, _share(met, total)] if rows else None,
        definition=_(
            "By the outcome chosen at the end; outcomes say whether they meet the demand."
        ),
    )


def _share(part: int, whole: int) -> Decimal | None:
    return round(Decimal(100 * part) / whole, 1) if whole else None

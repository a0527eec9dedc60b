"""The figures that record-keeping demands (DIN-29971, 11.5.1), against the period before and last year."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

from django.utils.translation import gettext as _

from reports.blocks.base import Context
from reports.document import Block, Heading, TableBlock
from reports.figures import LABELS, Totals
from reports.tables import Column, Kind, Table

Figure = int | Decimal | None
#: Figures that are themselves shares: their change is told in points, never in per cent.
SHARES = frozenset({"on_time_share"})


def block(context: Context) -> list[Block]:
    names = [one.name for one in fields(Totals) if one.name in LABELS]
    rows = [
        _row(
            name,
            *(
                getattr(of, name) if of is not None else None
                for of in (context.totals, context.previous, context.year_ago)
            ),
        )
        for name in names
    ]
    table = Table(
        code="totals",
        title=_("Totals"),
        columns=[
            Column("figure", _("Figure")),
            Column("this", _("This period"), Kind.DECIMAL, places=1),
            Column("previous", _("Previous period"), Kind.DECIMAL, places=1),
            Column("change", _("Difference"), Kind.DECIMAL, places=1),
            Column("change_share", _("Difference, %"), Kind.DECIMAL, places=1),
            Column("last_year", _("Same period last year"), Kind.DECIMAL, places=1),
            Column("change_year", _("Difference on the year"), Kind.DECIMAL, places=1),
            Column("change_year_share", _("Difference on the year, %"), Kind.DECIMAL, places=1),
        ],
        rows=rows,
        definition=_(
            "Received: registered in the period. Ended: closed or left without consideration in "
            "the period. In time: ended not later than the due moment, of those with a term. "
            "Merged appeals count once. The change of a share is told in percentage points."
        ),
    )
    return [Heading(_("Figures")), Heading(table.title, 2), TableBlock(table)]


def _row(name: str, now: Figure, before: Figure, year_ago: Figure) -> list[object]:
    cells: list[object] = [str(LABELS[name]), _exact(now)]
    for then in (before, year_ago):
        cells += [_exact(then), less(now, then), None if name in SHARES else grown(now, then)]
    return cells


def _exact(value: Figure) -> Decimal | None:
    return None if value is None else Decimal(value)


def less(now: Figure, then: Figure) -> Decimal | None:
    """The difference, where both are known."""
    return None if now is None or then is None else Decimal(now) - Decimal(then)


def grown(now: Figure, then: Figure) -> Decimal | None:
    """The change in per cent; None where there is nothing to divide by."""
    if now is None or not then:
        return None
    return round(100 * (Decimal(now) - Decimal(then)) / Decimal(then), 1)

"""Whether the demands of those whose appeals ended were met, and how they rated it, by kind."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from appeals.kinds import Kind
from reports.blocks.base import Context
from reports.document import Block, Heading, TableBlock
from reports.figures import ended
from reports.models import AppealFact
from reports.periods import Period
from reports.tables import Column, Table
from reports.tables import Kind as Value


def block(context: Context) -> list[Block]:
    table = satisfaction_table(context.period)
    return [Heading(table.title, 2), TableBlock(table)] if table.rows else []


def satisfaction_table(period: Period) -> Table:
    """Ended in the period with an outcome: how many outcomes mean that the demand was met, how
    many applicants rated the end and their mean."""
    found = {
        row["kind"]: row
        for row in ended(period)
        .filter(outcome__isnull=False)
        .order_by()
        .values("kind")
        .annotate(n=Count("id"), met=Count("id", filter=Q(outcome__is_satisfied=True)))
    }
    rated = {
        row["kind"]: row
        for row in AppealFact.objects.filter(
            closed_on__gte=period.first, closed_on__lte=period.last, is_merged=False,
            rating__isnull=False, outcome__isnull=False,
        )
        .order_by()
        .values("kind")
        .annotate(n=Count("pk"), total=Sum("rating"))
    }  # fmt: skip
    rows = [
        [
            str(label),
            found[kind]["n"],
            found[kind]["met"],
            _share(found[kind]["met"], found[kind]["n"]),
            *_rated([rated[kind]] if kind in rated else []),
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
            Column("rated", _("Rated"), Value.INTEGER),
            Column("rating", _("Mean rating"), Value.DECIMAL, places=1),
        ],
        rows=rows,
        totals=[_("Total"), total, met, _share(met, total), *_rated(list(rated.values()))]
        if rows
        else None,
        definition=_(
            "By the outcome chosen at the end; outcomes say whether they meet the demand."
            " Ratings are of 1 to 5, given by applicants for the last end."
        ),
    )


def _share(part: int, whole: int) -> Decimal | None:
    return round(Decimal(100 * part) / whole, 1) if whole else None


def _rated(rows: list[dict[str, int]]) -> list[int | Decimal | None]:
    """How many ratings, and their mean; none where nobody rated."""
    count = sum(row["n"] for row in rows)
    total = Decimal(sum(row["total"] for row in rows))
    return [count, round(total / count, 1) if count else None]

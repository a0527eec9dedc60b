"""The blocks of the product itself, in their first order. Another app adds its own in `ready()`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from reports.blocks import (
    dynamics,
    growth,
    overdue,
    satisfaction,
    splits,
    structures,
    texts,
    totals,
)
from reports.blocks.base import ALL, BRIEF, FULL, BlockSort, register


def load() -> None:
    """Register every block; done once, when the package is imported."""
    register(
        BlockSort("summary", _("Summary in sentences"), texts.summary, ALL),
        BlockSort("totals", _("Totals with comparison"), totals.block, ALL),
        BlockSort("dynamics", _("Course of the period"), dynamics.block, ALL - BRIEF),
        BlockSort("kinds", _("By kind"), splits.kinds, ALL),
        BlockSort("topics", _("By topic"), splits.topics, ALL),
        BlockSort("growth", _("Topics that grow"), growth.block, ALL),
        BlockSort("structures", _("By structure"), splits.structures, FULL),
        BlockSort("discipline", _("Discipline of structures"), structures.block, ALL),
        BlockSort("overdue", _("Overdue appeals"), overdue.block, ALL),
        BlockSort("channels", _("By channel"), splits.channels, FULL),
        BlockSort("regions", _("By region"), splits.regions, FULL),
        BlockSort("languages", _("By language"), splits.languages, FULL),
        BlockSort("outcomes", _("By outcome"), splits.outcomes, FULL),
        BlockSort("satisfaction", _("Satisfaction of demands"), satisfaction.block, FULL),
        BlockSort("commentary", _("Commentary of the sector head"), texts.commentary, ALL),
        BlockSort("proposals", _("Proposals of the sector head"), texts.proposals, ALL),
    )

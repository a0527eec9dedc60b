"""The registry of blocks, and what a block is given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise

from appeals.models import Appeal
from reports.document import Block
from reports.figures import Totals, totals
from reports.periods import Period, Sort

#: Every sort of report; the two briefs; those with all tables.
ALL = frozenset(Sort)
BRIEF = frozenset({Sort.DAILY})
FULL = ALL - {Sort.DAILY, Sort.WEEKLY}


@dataclass
class Context:
    """One report being built; figures that several blocks need are asked once."""

    period: Period
    sort: Sort
    at: dt.datetime

    @cached_property
    def totals(self) -> Totals:
        return totals(self.period)

    @cached_property
    def previous(self) -> Totals | None:
        return self._of(self.period.previous())

    @cached_property
    def year_ago(self) -> Totals | None:
        return self._of(self.period.year_before())

    @cached_property
    def _first(self) -> dt.datetime | None:
        first = Appeal.objects.order_by("registered_at", "id").values_list(
            "registered_at", flat=True
        )
        return first.first()

    def _of(self, period: Period) -> Totals | None:
        """None for a time nothing is kept of: there is no comparison then, rather than one with 0."""
        if self._first is None or self._first >= period.end:
            return None
        return totals(period)


@dataclass(frozen=True)
class BlockSort:
    """A block by its code, the sorts of report it first belongs to, and what makes it.

    `make` may give nothing: a block without anything to say takes no place.
    """

    code: str
    label: str | Promise
    make: Callable[[Context], list[Block]]
    sorts: frozenset[Sort] = ALL


BLOCKS: dict[str, BlockSort] = {}


def register(*blocks: BlockSort) -> None:
    """Add blocks; a code stands once."""
    for block in blocks:
        BLOCKS[block.code] = block


def default_order(sort: Sort) -> list[str]:
    """The blocks of a sort as long as an administrator has not ordered them."""
    return [block.code for block in BLOCKS.values() if sort in block.sorts]

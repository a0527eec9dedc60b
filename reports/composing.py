"""A report as a document: its blocks in the chosen order, in the language asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from reports.blocks import BLOCKS, Context, default_order
from reports.document import Block, Document
from reports.models import ReportBlock
from reports.periods import Period, Sort
from reports.wording import wording

#: Told after each block: how many are done, how many there are.
Progress = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    pass


def order_of(sort: Sort) -> list[str]:
    """The blocks of a sort in the order the administrator chose, or in the product's own."""
    rows = list(ReportBlock.objects.filter(sort=sort).order_by("position", "id"))
    if not rows:
        return default_order(sort)
    return [row.code for row in rows if row.is_shown and row.code in BLOCKS]


def compose(
    period: Period,
    sort: Sort,
    language: str,
    at: dt.datetime,
    progress: Progress = _silent,
    order: Sequence[str] | None = None,
) -> Document:
    """The report of the period from what is known at the moment."""
    codes = order_of(sort) if order is None else order
    with translation.override(language):
        words = wording(language)
        context = Context(period, sort, at)
        blocks: list[Block] = []
        for done, code in enumerate(codes, start=1):
            blocks += BLOCKS[code].make(context)
            progress(done, len(codes))
        return Document(
            title=words.title(sort),
            subtitle=_("Call centre"),
            organisation=settings.ORGANISATION,
            period_label=words.period_name(period),
            built_at=at,
            language=language,
            blocks=blocks,
        )

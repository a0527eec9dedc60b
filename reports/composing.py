"""A report as a document: its blocks in the chosen order, in the language asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from reports.figures import report_tables
from reports.periods import Period, Sort
from reports.tables import Document, Heading, TableBlock
from reports.wording import wording

#: Told after each block: how many are done, how many there are.
Progress = Callable[[int, int], None]


def _silent(done: int, total: int) -> None:
    pass


def compose(
    period: Period, sort: Sort, language: str, at: dt.datetime, progress: Progress = _silent
) -> Document:
    """The report of the period from what is known at the moment."""
    with translation.override(language):
        words = wording(language)
        tables = report_tables(period)
        progress(1, 1)
        return Document(
            title=words.title(sort),
            subtitle=_("Call centre"),
            organisation=settings.ORGANISATION,
            period_label=words.period_name(period),
            built_at=at,
            language=language,
            blocks=[
                block for table in tables for block in (Heading(table.title, 2), TableBlock(table))
            ],
        )

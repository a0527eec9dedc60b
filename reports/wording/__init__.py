"""Sentences written from figures. Each language has its own module with its own grammar, because
endings depend on the number itself; a translated pattern could not get them right.

The protocol below is what a report needs; `wording()` gives the reader's language.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from django.utils.translation import get_language

from reports.periods import Period, Sort
from reports.wording.facts import Growth, Summary


class Wording(Protocol):
    """What every language can say."""

    def period_name(self, period: Period) -> str: ...

    def report_name(self, sort: Sort, period: Period) -> str: ...

    def title(self, sort: Sort) -> str: ...

    def summary(self, facts: Summary) -> list[str]: ...

    def growth(self, topics: list[Growth]) -> list[str]: ...

    def no_data(self, period: Period) -> str: ...


def wording(language: str = "") -> Wording:
    """The language named, or the reader's; Azerbaijani where it is unknown."""
    from reports.wording.az import Azerbaijani
    from reports.wording.en import English
    from reports.wording.ru import Russian

    known: dict[str, type[Wording]] = {"az": Azerbaijani, "en": English, "ru": Russian}
    return known.get((language or get_language() or "az")[:2], Azerbaijani)()


def change(now: int, before: int) -> Decimal | None:
    """The change in per cent with one decimal; None where there was nothing to compare with."""
    return round(Decimal(100 * (now - before)) / before, 1) if before else None

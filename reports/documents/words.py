"""How cells and the cover are written where they are read by people: 1 234,5 and 23.11.2026."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from reports.document import Document
from reports.tables import Cell, Column, Link

THIN = "\u00a0"


def cell_text(column: Column, value: Cell, empty: str) -> str:
    """The cell as text; the figure's own sign where there is nothing."""
    match value:
        case None:
            return empty
        case Link():
            return value.text
        case dt.datetime():
            return moment(value)
        case dt.date():
            return f"{value:%d.%m.%Y}"
        case int() | Decimal():
            return number_text(value, column.places or 0)
    return str(value)


def moment(value: dt.datetime) -> str:
    """A moment in Baku."""
    return f"{timezone.localtime(value):%d.%m.%Y %H:%M}"


def number_text(value: int | Decimal, places: int) -> str:
    """Thousands apart, a decimal comma; a whole number is not given a false decimal."""
    number = Decimal(value)
    if number == number.to_integral_value():
        places = 0
    return f"{number:,.{places}f}".replace(",", THIN).replace(".", ",").replace("-", "\u2212")


@dataclass(frozen=True)
class Cover:
    """The lines of the cover that not every report has."""

    edition: str
    corrects: str
    signature: list[str]


def cover_lines(document: Document) -> Cover:
    """Version, what is corrected, who signed; empty where there is nothing to say."""
    signature = []
    if document.signed_at is not None:
        signature = [
            _("Signed by %(name)s") % {"name": document.signed_by},
            *([document.signed_as] if document.signed_as else []),
            moment(document.signed_at),
        ]
    edition = _("Version %(n)d") % {"n": document.version} if document.version > 1 else ""
    return Cover(edition, document.corrects, signature)

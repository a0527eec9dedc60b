"""How a cell is written where it is read by people: 1 234,5 and 23.11.2026."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

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
            return f"{timezone.localtime(value):%d.%m.%Y %H:%M}"
        case dt.date():
            return f"{value:%d.%m.%Y}"
        case int() | Decimal():
            return number_text(value, column.places or 0)
    return str(value)


def number_text(value: int | Decimal, places: int) -> str:
    """Thousands apart, a decimal comma; a whole number is not given a false decimal."""
    number = Decimal(value)
    if number == number.to_integral_value():
        places = 0
    return f"{number:,.{places}f}".replace(",", THIN).replace(".", ",")

"""Numbers as they stand in running text: 1 245 and 10,7."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"


def whole(value: int, thousands: str = NBSP) -> str:
    """1 245, kept together."""
    return f"{value:,}".replace(",", thousands)


def share(value: Decimal, point: str = ",") -> str:
    """One decimal, none when it is zero; the sign is left to the words."""
    number = abs(value).quantize(Decimal("0.1"), ROUND_HALF_UP)
    text = f"{number:,.1f}".replace(",", NBSP)
    return text.removesuffix(".0").replace(".", point)


def is_nothing(value: Decimal) -> bool:
    """Whether it would be written as 0: words say then that it is less than a tenth."""
    return share(value) == "0"

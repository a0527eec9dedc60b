"""Reading the numbers of the law from their table."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from callcenter import prepared
from people.models import LegalNumber
from people.models.legal import Certainty


def text_setting(code: str, default: str) -> str:
    """The setting's text, or the default while the directory is not loaded."""
    # Asked by most requests, hence not put together anew each time.
    found = prepared.rows("SELECT value FROM people_legalnumber WHERE code = %s", [code])
    return str(found[0][0]) if found and found[0][0] else default


def number(code: str, default: int) -> int:
    """The setting as a whole number; the default while it is missing or not a number."""
    try:
        return int(Decimal(text_setting(code, str(default))))
    except InvalidOperation:
        return default


def stated(code: str, default: int) -> tuple[int, bool]:
    """The number, and whether it stands in a source; one that does not is marked where it is used."""
    row = LegalNumber.objects.filter(code=code).values_list("value", "certainty").first()
    value, certainty = row or (str(default), Certainty.UNCONFIRMED)
    try:
        whole = int(Decimal(value or str(default)))
    except InvalidOperation:
        whole = default
    return whole, certainty not in (Certainty.PRACTICE, Certainty.UNCONFIRMED)

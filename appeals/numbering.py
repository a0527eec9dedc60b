"""Registration numbers: gapless within a Baku year, by a mask that is a setting."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils import timezone

from people.legal import text_setting

DEFAULT_MASK = "ÇM-{year}-{serial:06d}"


def next_number(moment: dt.datetime) -> tuple[str, int, int]:
    """The next number of the year of the moment in Baku: (number, year, serial).

    One upsert takes the year's row lock until commit, so a rollback gives the number back and
    nobody can see a gap. Called as late in the transaction as possible.
    """
    year = timezone.localtime(moment).year
    return take_numbers(year, 1)[0]


def take_numbers(year: int, count: int) -> list[tuple[str, int, int]]:
    """The next `count` numbers of a year, in order, under the same lock."""
    mask = text_setting("registration_mask", DEFAULT_MASK)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO appeals_registrationyear (year, last) VALUES (%s, %s) "
            "ON CONFLICT (year) DO UPDATE "
            "SET last = appeals_registrationyear.last + EXCLUDED.last RETURNING last",
            [year, count],
        )
        last: int = cursor.fetchone()[0]
    serials = range(last - count + 1, last + 1)
    return [(mask.format(year=year, serial=serial), year, serial) for serial in serials]

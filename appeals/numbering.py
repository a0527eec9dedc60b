"""Registration numbers: gapless within a Baku year, by a mask that is a setting."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.db import connection
from django.utils import timezone

from appeals.models.appeal import Appeal
from people.legal import text_setting

DEFAULT_MASK = "ÇM-{year}-{serial:06d}"
#: Masks of the place of a joined or repeated appeal in the file of the first one.
SUB_MASKS = {"joined": "{number}/{part}", "repeat": "{number}-T{part}"}
LETTER_MASK = "{number}-M{part}"


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


def sub_number(root: Appeal, sort: Literal["joined", "repeat"]) -> str:
    """The next place in the file of `root`, which is locked: ÇM-2026-000123/1, …-T1.

    An appeal keeps its own number, which the applicant was told; this one says where it lies.
    """
    mask = text_setting(f"registration_mask_{sort}", SUB_MASKS[sort])
    part = (root.joined if sort == "joined" else root.repeats).count() + 1
    while True:
        found = mask.format(number=root.number, part=part)
        if not Appeal.objects.filter(sub_number=found).exists():
            return found
        part += 1


def sub_number_of(number: str, sort: Literal["joined", "repeat"], part: int) -> str:
    """A place in the file of an appeal, by the mask of today."""
    mask = text_setting(f"registration_mask_{sort}", SUB_MASKS[sort])
    return mask.format(number=number, part=part)


def letter_number(appeal: Appeal) -> str:
    """The next number of a letter to the applicant of an appeal, which is locked: …-M1, …-M2."""
    mask = text_setting("letter_mask", LETTER_MASK)
    return mask.format(number=appeal.number, part=appeal.letters.count() + 1)

"""How often a thing may be done: counted in PostgreSQL, so that losing Redis lifts no limit."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from people.models import Allowance

#: Rows of windows that ended longer ago than this are swept, seconds.
KEPT_FOR = 24 * 3600
# Losing the last milliseconds of counting in a crash harms nobody: no wait for the disk.
_SPEND = """
SET LOCAL synchronous_commit TO off;
INSERT INTO people_allowance AS kept (key, starts_at, spent) VALUES (%s, %s, 1)
ON CONFLICT (key) DO UPDATE SET
    spent = CASE WHEN kept.starts_at < excluded.starts_at THEN 1 ELSE kept.spent + 1 END,
    starts_at = greatest(kept.starts_at, excluded.starts_at)
RETURNING spent
"""


@dataclass(frozen=True)
class Spent:
    """Whether it may still be done, and in how many seconds it may be done again."""

    is_within: bool
    again_in: int


def spend(what: str, who: str, *, most: int, seconds: int) -> Spent:
    """Count one more within the present window of `seconds`, at most `most` of them."""
    now = int(time.time())
    starts_at = now - now % seconds
    key = salted_hmac(f"allowance.{what}", f"{seconds}.{who}", algorithm="sha256").hexdigest()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SPEND, [key, starts_at])
        spent: int = cursor.fetchone()[0]
    return Spent(spent <= most, starts_at + seconds - now)


def sweep() -> int:
    """Remove what no window counts any more."""
    return Allowance.objects.filter(starts_at__lt=int(time.time()) - KEPT_FOR).delete()[0]

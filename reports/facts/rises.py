"""Unusual rises: a plain test, run every hour over today and yesterday.

The usual number of a kind about a topic on a day is the mean of the same weekday of the eight weeks
before. A rise is unusual when there are at least five, at least twice the usual, and more than the
usual by three times its square root, which is three standard deviations of calls that come by
chance alone (Poisson). Weeks before appeals were kept are no measure; fewer than four tell nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from reports.figures.coverage import first_day
from reports.models import AppealFact, Rise

WEEKS = 8
FEWEST_WEEKS = 4
LEAST = 5
TIMES = 2
DEVIATIONS = 3


def is_unusual(count: int, usual: float) -> bool:
    """The test itself."""
    return (
        count >= LEAST
        and count >= TIMES * usual
        and count - usual >= DEVIATIONS * max(usual, 1) ** 0.5
    )


@transaction.atomic
def find_rises(day: dt.date) -> int:
    """Write down the rises of the day anew; how many there are."""
    begin = first_day()
    before = [day - dt.timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    before = [one for one in before if begin is not None and one >= begin]
    Rise.objects.filter(day=day).delete()
    if len(before) < FEWEST_WEEKS:
        return 0
    counts: dict[tuple[str, int], dict[dt.date, int]] = defaultdict(dict)
    rows = AppealFact.objects.filter(registered_on__in=[day, *before], is_merged=False)
    for kind, topic, on, n in rows.values_list("kind", "topic_id", "registered_on").annotate(
        n=Count("pk")
    ):
        counts[kind, topic][on] = n
    found = []
    for (kind, topic), by_day in counts.items():
        count = by_day.get(day, 0)
        usual = sum(by_day.get(one, 0) for one in before) / len(before)
        if is_unusual(count, usual):
            found.append(
                Rise(
                    day=day,
                    kind=kind,
                    topic_id=topic,
                    count=count,
                    usual=round(Decimal(usual), 2),
                    found_at=timezone.now(),
                )  # fmt: skip
            )
    Rise.objects.bulk_create(found)
    return len(found)


def rises_of(first: dt.date, last: dt.date) -> list[Rise]:
    """The rises of some days, the steepest first."""
    rows = Rise.objects.filter(day__gte=first, day__lte=last).select_related("topic")
    return sorted(rows, key=lambda rise: (-(rise.count / max(float(rise.usual), 0.5)), rise.pk))

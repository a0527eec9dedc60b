"""What the head and the management look at."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from django.db import connection

from bench.client import Answer
from bench.floor import rows_of
from bench.measures import Ask, Bench, measure

OPEN = """
SELECT status, responsible_id, count(*), count(*) FILTER (WHERE due_at < now())
FROM appeals_appeal WHERE is_open GROUP BY status, responsible_id
"""
MONTH = """
SELECT kind, count(*), count(*) FILTER (WHERE is_late)
FROM appeals_appeal WHERE registered_at >= date_trunc('month', now()) GROUP BY kind
"""
ENDED = """
SELECT count(*), count(due_at), count(*) FILTER (WHERE is_late)
FROM appeals_appeal WHERE closed_at >= date_trunc('month', now())
"""


@measure("head's page", target_ms=50, floor=rows_of((OPEN, ()), (MONTH, ()), (ENDED, ())))
def today(bench: Bench) -> Ask:
    head = bench.signed_in("head")
    return lambda: head.get("/today/")


@measure("head's page, for the management", target_ms=50)
def today_for_management(bench: Bench) -> Ask:
    reader = bench.signed_in("management")
    return lambda: reader.get("/today/")


SPLIT = """
SELECT {by}, count(*), count(*) FILTER (WHERE is_open), count(*) FILTER (WHERE is_late)
FROM appeals_appeal WHERE registered_at >= %s AND registered_at < %s GROUP BY {by}
"""
BY = ("kind", "topic_id", "responsible_id", "channel", "region_id", "language", "outcome_id")


def _last_month(bench: Bench) -> tuple[dt.date, dt.date]:
    today = dt.date.today()
    last = today.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1), last


@measure(
    "report: one month, all tables",
    floor=lambda bench: rows_of(
        *((SPLIT.format(by=by), _last_month(bench)) for by in BY)
    )(bench),
    times=10,
    warm_up=2,
)  # fmt: skip
def month(bench: Bench) -> Ask:
    """The figures and the document, without a page around them."""
    from django.utils import timezone

    from reports.composing import compose
    from reports.periods import Period, Sort

    period = Period(*_last_month(bench))

    def ask() -> Answer | None:
        compose(period, Sort.MONTHLY, "az", timezone.now())
        return None

    with suppress(AttributeError):
        connection.close()
    return ask

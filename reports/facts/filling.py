"""Making facts: for the appeals whose journal grew, or for all of them.

One making at a time (an advisory lock of the transaction), each batch whole or not at all: a
worker may die at any moment, and the same appeals made twice give the same rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import F, Max
from django.utils import timezone

from appeals.lifecycle import OPEN
from appeals.models import Appeal
from people.legal import number
from reports.facts.models import FactsState, StaleAppeal
from reports.facts.sql import sql
from routing.lifecycle import ROPEN

#: Appeals made in one transaction: minutes of work at the busiest, seconds of making.
BATCH = 2_000
#: Appeals made in one transaction when everything is made again.
REBUILD_BATCH = 50_000
#: A making of everything that has not moved for so long belonged to a process that died.
ABANDONED_AFTER = dt.timedelta(minutes=10)
#: Days within which the same question means that the first answer did not hold.
REPEAT_DAYS = 7
#: The one lock of those who make facts.
LOCK = 0x66616374
MADE = (
    "reports_stepfact", "reports_openfact", "reports_referralfact", "reports_appealfact",
)  # fmt: skip


def fill(*, limit: int = 50) -> int:
    """Make the facts of every appeal that has become old; how many were made."""
    made = 0
    _finish_abandoned()
    for _batch in range(limit):
        count = _fill_batch()
        made += count
        if not count:
            break
    return made


@transaction.atomic
def _fill_batch() -> int:
    if not take_turn(wait=False):
        return 0
    rows = list(StaleAppeal.objects.order_by("id").values_list("id", "appeal_id")[:BATCH])
    if not rows:
        FactsState.objects.update(filled_at=timezone.now())
        return 0
    ids = sorted({appeal_id for _pk, appeal_id in rows})
    todo("SELECT unnest(%(ids)s::bigint[])", {"ids": ids})
    _also_those_before()
    make()
    StaleAppeal.objects.filter(pk__in=[pk for pk, _appeal_id in rows]).delete()
    _told()
    return len(ids)


def rebuild(*, tell: Callable[[int, int], object] | None = None) -> int:
    """Make every fact again, in batches that each leave everything whole; how many appeals.

    The days are added up at the end; until then figures are computed from the facts themselves.
    `tell` is called with what is done and what there is.
    """
    last = Appeal.objects.aggregate(last=Max("id"))["last"] or 0
    done = 0
    for first in range(0, last + 1, REBUILD_BATCH):
        with transaction.atomic():
            take_turn(wait=True)
            _told(rebuilding_since=timezone.now())
            todo(
                "SELECT id FROM appeals_appeal WHERE id >= %(first)s AND id < %(end)s",
                {"first": first, "end": first + REBUILD_BATCH},
            )
            done += make(with_days=False)
        if tell is not None:
            tell(min(first + REBUILD_BATCH, last), last)
    with transaction.atomic():
        take_turn(wait=True)
        # Facts of appeals that are gone.
        todo(
            "SELECT f.appeal_id FROM reports_appealfact f"
            " LEFT JOIN appeals_appeal a ON a.id = f.appeal_id WHERE a.id IS NULL",
            {},
        )
        make(with_days=False)
        add_up_days()
        _told(rebuilding_since=None, rebuilt_at=timezone.now())
    with connection.cursor() as cursor:
        # Figures are read from indexes alone, as far as the rows are known to be seen by all.
        what = "ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE, SKIP_LOCKED)"
        cursor.execute(f"{what} {', '.join((*MADE, 'reports_dayfact'))}")
    return done


@transaction.atomic
def _finish_abandoned() -> None:
    """A making of everything that stopped on its way leaves whole facts, but no whole days."""
    old = timezone.now() - ABANDONED_AFTER
    abandoned = FactsState.objects.filter(rebuilding_since__lt=old)
    if abandoned.exists() and take_turn(wait=False) and abandoned.exists():
        add_up_days()
        _told(rebuilding_since=None)


def take_turn(*, wait: bool) -> bool:
    """True when this transaction alone makes facts until it ends."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def todo(select: str, values: dict[str, object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS facts_todo (appeal_id bigint PRIMARY KEY)"
            " ON COMMIT DROP; TRUNCATE facts_todo"
        )
        cursor.execute(f"INSERT INTO facts_todo {select}", values)
        cursor.execute("ANALYZE facts_todo")


def _also_those_before() -> None:
    """An appeal may show that an earlier answer did not hold, or no longer show it."""
    with connection.cursor() as cursor:
        cursor.execute(sql("before"), {"repeat_days": repeat_days()})


def make(*, with_days: bool = True) -> int:
    """Replace the facts of the appeals to do, and carry the difference into the days."""
    values = {
        "repeat_days": repeat_days(),
        "open": list(OPEN),
        "referral_open": list(ROPEN),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql("forget_months"))
        if with_days:
            empty_delta()
            cursor.execute(sql("days"), {"sign": -1})
        for table in MADE:
            cursor.execute(
                f"DELETE FROM {table} f USING facts_todo t WHERE f.appeal_id = t.appeal_id"
            )
        for name in ("appeals", "steps", "referrals", "open"):
            cursor.execute(sql(name), values)
        cursor.execute(sql("forget_months"))
        if with_days:
            cursor.execute(sql("days"), {"sign": 1})
            cursor.execute(sql("merge_days"))
        cursor.execute("SELECT count(*) FROM facts_todo")
        return int(cursor.fetchone()[0])


def empty_delta() -> None:
    """An empty facts_delta: what is to be added to the days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS facts_delta (LIKE reports_dayfact)"
            " ON COMMIT DROP; ALTER TABLE facts_delta DROP COLUMN IF EXISTS id; TRUNCATE facts_delta"
        )


def add_up_days() -> None:
    """The days anew, from all facts."""
    todo("SELECT appeal_id FROM reports_appealfact", {})
    days_of_all()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reports_dayfact")
        cursor.execute(sql("merge_days"))


def _told(**more: object) -> None:
    """A new version of the facts, from which pages know that what they kept is old."""
    FactsState.objects.update_or_create(
        pk=1, defaults={"version": F("version") + 1, "filled_at": timezone.now(), **more},
        create_defaults={"version": 1, "filled_at": timezone.now(), **more},
    )  # fmt: skip


def repeat_days() -> int:
    """Days of the rule by which an answer given at once holds."""
    return number("fcr_no_repeat_days", REPEAT_DAYS)


def days_of_all() -> None:
    """What the facts to do add up to, in facts_delta."""
    empty_delta()
    with connection.cursor() as cursor:
        cursor.execute(sql("days"), {"sign": 1})

"""Making facts: for the appeals whose journal grew, or for all of them.

One making at a time (an advisory lock of the transaction), each batch whole or not at all: a
worker may die at any moment, and the same appeals made twice give the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import connection, transaction
from django.db.models import Max
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
    for _batch in range(limit):
        count = _fill_batch()
        made += count
        if not count:
            break
    return made


@transaction.atomic
def _fill_batch() -> int:
    if not _take_turn(wait=False):
        return 0
    stale = StaleAppeal.objects.order_by("id").values_list("id", "appeal_id")[:BATCH]
    rows = list(stale)
    if not rows:
        FactsState.objects.update(filled_at=timezone.now())
        return 0
    ids = sorted({appeal_id for _pk, appeal_id in rows})
    _todo("SELECT unnest(%(ids)s::bigint[])", {"ids": ids})
    _also_those_before()
    _make()
    StaleAppeal.objects.filter(pk__in=[pk for pk, _appeal_id in rows]).delete()
    _told()
    return len(ids)


def rebuild(*, tell: Callable[[int, int], object] | None = None) -> int:
    """Make every fact again, in batches that each leave everything whole; how many appeals.

    `tell` is called with what is done and what there is.
    """
    last = Appeal.objects.aggregate(last=Max("id"))["last"] or 0
    done = 0
    for first in range(0, last + 1, REBUILD_BATCH):
        with transaction.atomic():
            _take_turn(wait=True)
            _todo(
                "SELECT id FROM appeals_appeal WHERE id >= %(first)s AND id < %(end)s",
                {"first": first, "end": first + REBUILD_BATCH},
            )
            done += _make()
            _told()
        if tell is not None:
            tell(min(first + REBUILD_BATCH, last), last)
    with transaction.atomic():
        _take_turn(wait=True)
        _drop_orphans()
        FactsState.objects.update(rebuilt_at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join((*MADE, "reports_dayfact")))
    return done


def _take_turn(*, wait: bool) -> bool:
    """True when this transaction alone makes facts until it ends."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _todo(select: str, values: dict[str, object]) -> None:
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


def _make() -> int:
    """Replace the facts of the appeals to do, and carry the difference into the days."""
    values = {
        "repeat_days": repeat_days(),
        "open": list(OPEN),
        "referral_open": list(ROPEN),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS facts_delta (LIKE reports_dayfact)"
            " ON COMMIT DROP; ALTER TABLE facts_delta DROP COLUMN IF EXISTS id; TRUNCATE facts_delta"
        )
        cursor.execute(sql("days"), {"sign": -1})
        for table in MADE:
            cursor.execute(
                f"DELETE FROM {table} f USING facts_todo t WHERE f.appeal_id = t.appeal_id"
            )
        for name in ("appeals", "steps", "referrals", "open"):
            cursor.execute(sql(name), values)
        cursor.execute(sql("days"), {"sign": 1})
        cursor.execute(sql("merge_days"))
        cursor.execute("SELECT count(*) FROM facts_todo")
        return int(cursor.fetchone()[0])


def _drop_orphans() -> None:
    """Facts of appeals that are gone (a retention job removed them)."""
    gone = (
        "SELECT f.appeal_id FROM reports_appealfact f "
        "LEFT JOIN appeals_appeal a ON a.id = f.appeal_id WHERE a.id IS NULL"
    )
    _todo(gone, {})
    _make()


def _told() -> None:
    """A new version of the facts, from which pages know that what they kept is old."""
    state, _made = FactsState.objects.get_or_create(pk=1)
    state.version += 1
    state.filled_at = timezone.now()
    state.save(update_fields=["version", "filled_at"])


def repeat_days() -> int:
    """Days of the rule by which an answer given at once holds."""
    return number("fcr_no_repeat_days", REPEAT_DAYS)


def stale_ids() -> Sequence[int]:
    """Appeals whose facts are old."""
    return list(StaleAppeal.objects.values_list("appeal_id", flat=True))

"""The sweep of reminders over a hundred thousand open referrals, whatever else there is.

They are made in a transaction that is never committed, so that other measures do not see them. The clocks
of the world itself stand meanwhile: nobody ever swept it, and years of reminders would come at once.
"""

from __future__ import annotations

from collections.abc import Callable

from bench.measures import Ask, Bench, measure

REFERRALS = 100_000
#: Clocks of 250 days of beginning and three lengths; one in fifty once stood still.
MAKE = """
WITH numbered AS (
    SELECT id AS appeal_id, row_number() OVER (ORDER BY id) AS n
    FROM (SELECT id FROM appeals_appeal WHERE is_open ORDER BY id LIMIT 20000) a
), wanted AS (
    SELECT g.n AS g, numbered.appeal_id FROM generate_series(0, %(referrals)s - 1) g (n)
    JOIN numbered ON numbered.n = 1 + g.n %% (SELECT count(*) FROM numbered)
), clocks AS (
    INSERT INTO appeals_clock (appeal_id, use, basis, quantity, unit, started_at, due_at)
    SELECT appeal_id, 'referral', 'g' || g, 5 * (1 + g %% 3), 'working_days',
        date_trunc('day', now()) - make_interval(days => (g %% 25)::int) + interval '6 hours',
        date_trunc('day', now()) - make_interval(days => (g %% 25)::int)
            + make_interval(days => (7 * (1 + g %% 3))::int) + interval '14 hours'
    FROM wanted RETURNING id, appeal_id, basis, started_at, due_at
), pauses AS (
    INSERT INTO appeals_clocksegment (clock_id, started_at, ended_at, is_running, reason)
    SELECT id, started_at + interval '1 day', started_at + interval '2 days', false, 'x'
    FROM clocks WHERE id %% 50 = 0
), running AS (
    INSERT INTO appeals_clocksegment (clock_id, started_at, is_running, reason)
    SELECT id, started_at, true, 'started' FROM clocks
), offices AS (
    SELECT array_agg(id) AS ids FROM people_structure WHERE id IN (
        SELECT structure_id FROM people_placement
    )
)
INSERT INTO routing_referral (
    client_id, appeal_id, kind, structure_id, structure_name, question, shares_text, shares_files,
    status, clock_id, due_at, sent_at, answer_text, answer_source, return_ground, return_reason,
    letter_number, rework_count, version
)
SELECT gen_random_uuid(), clocks.appeal_id, 'execution',
    offices.ids[1 + clocks.id %% cardinality(offices.ids)], 'x', '', true, true,
    'sent', clocks.id, clocks.due_at, clocks.started_at, '', '', '', '', '', 0, 1
FROM clocks CROSS JOIN offices
"""


def _forgotten() -> None:
    """The referrals never were: the measures that follow read and commit as ever."""
    from django.db import connection

    connection.rollback()
    connection.set_autocommit(True)
    with connection.cursor() as cursor:
        # What never was lies in the tables yet, and the next sweep would step over it row by row.
        cursor.execute(
            "VACUUM (ANALYZE) routing_reminder, routing_reminderto, routing_referral,"
            " appeals_clock, appeals_clocksegment"
        )


def _filled(bench: Bench) -> Callable[[], object]:
    """The referrals, uncommitted until the measure is over; what is returned sweeps and puts back."""
    from django.db import connection, transaction

    from routing.loading import load_ladder
    from routing.reminders.sweeping import sweep

    connection.ensure_connection()
    connection.set_autocommit(False)
    bench.afterwards.append(_forgotten)
    load_ladder()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE appeals_clock SET stopped_at = now() WHERE stopped_at IS NULL")
        cursor.execute(MAKE, {"referrals": REFERRALS})
        cursor.execute(
            "ANALYZE appeals_clock, appeals_clocksegment, routing_referral,"
            " routing_reminder, routing_reminderto"
        )
        # A plan gone wrong ends this measure, not all that follow it.
        cursor.execute("SET LOCAL statement_timeout = '120s'")

    def ask() -> None:
        kept = transaction.savepoint()
        swept = sweep()
        assert swept.made > REFERRALS / 2, swept
        transaction.savepoint_rollback(kept)

    return ask


@measure(
    "reminders: 100,000 open referrals, none reminded yet", target_ms=10_000, times=2, warm_up=0
)
def first_sweep(bench: Bench) -> Ask:
    ask = _filled(bench)
    return lambda: ask()


@measure("reminders: 100,000 open referrals, nothing new", target_ms=10_000, times=3, warm_up=0)
def next_sweep(bench: Bench) -> Ask:
    from routing.reminders.sweeping import sweep

    _filled(bench)
    sweep()

    def ask() -> None:
        swept = sweep()
        assert swept.made == 0, swept

    return ask

"""A making of all facts that is killed, wherever it is: readers are never told a half, facts go on
being kept, and made again they are as the journal tells them."""

from __future__ import annotations

import datetime as dt
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from appeals import actions
from appeals.models import Appeal, Outcome
from reports.facts.checking import differences
from reports.facts.filling import ABANDONED_AFTER, LOCK, REBUILD_BATCH, fill
from reports.facts.months import mark_months
from reports.figures.cut import Cut
from reports.models import AppealFact, DayFact, FactsState, StaleAppeal
from reports.periods import Period
from reports.tasks import fill_facts
from reports.tests.test_figures_random import equal
from tests.cast import Cast
from tests.working import database_url

#: Seconds a process may take to come to where it is stopped.
PATIENCE = 60
#: Batches of a whole making, by the keys of the appeals.
BATCHES = 3
#: Of the statements of a whole making every so many is one to die at.
EVERY = 6
Make = Callable[..., Appeal]


def _count_from(key: int) -> None:
    """The next appeal has this key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('appeals_appeal', 'id'), %s, false)", [key]
        )


@pytest.fixture
def spoilt(committed: None, cast: Cast, make_appeal: Make) -> Iterator[None]:
    """Appeals of three batches with their facts, of which one fact and all days have gone wrong."""
    satisfied = Outcome.objects.get(code="satisfied")
    for batch in range(BATCHES):
        _count_from(batch * REBUILD_BATCH + 1)
        for number in (1, 2):
            made = make_appeal(caller_phone=f"05011{batch}000{number}")
        actions.close(made.pk, by=cast.head, outcome=satisfied, text="Cavab")
    fill()
    mark_months()
    assert list(differences()) == []
    spoil()
    assert {one.table for one in differences()} >= {"reports_appealfact", "reports_dayfact"}
    yield
    _count_from(1)


def spoil() -> None:
    AppealFact.objects.filter(pk=1).update(channel="letter", is_repeat=True)
    DayFact.objects.update(received=F("received") + 7, opened=F("opened") + 5)


def told_right(cast: Cast) -> None:
    """Every figure is the length of its list and what plain SQL counts."""
    today = timezone.localdate()
    period = Period(today - dt.timedelta(days=40), today)
    assert equal(cast.head, period, Cut(), timezone.now()) > 15


def wait_for_the_dead() -> None:
    """Until the database knows that whoever made facts is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def made_until(statement: int) -> bool:
    """A process of its own makes all facts and is killed before its n-th statement; whether it lived."""
    connection.close()
    child = os.fork()
    if child == 0:
        _make(statement)
    _pid, status = os.waitpid(child, 0)
    assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL, status
    wait_for_the_dead()
    return status == 0


def _make(dies_at: int) -> None:
    left = dies_at

    def count(execute, sql, params, many, context):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    ended = 1
    try:
        with connection.execute_wrapper(count):
            call_command("rebuild_facts", verbosity=0, stdout=io.StringIO())
        ended = 0
    finally:
        os._exit(ended)


def test_killed_at_any_statement_nothing_is_lost(spoilt, cast, make_appeal) -> None:
    """The journal goes on between the makings, and what it tells is kept as ever."""
    died, begun = 0, 0
    for statement in range(1, 10_000, EVERY):
        if made_until(statement):
            break
        died += 1
        make_appeal(caller_phone=f"0502220{statement:03}")
        fill_facts()
        assert not StaleAppeal.objects.exists()
        if FactsState.objects.get().rebuilding_since is not None:
            begun += 1
            if begun % 4 == 1:
                told_right(cast)
    assert died > 2 * BATCHES and begun > BATCHES, (died, begun)
    assert FactsState.objects.get().rebuilding_since is None
    told_right(cast)
    assert list(differences()) == []


@contextmanager
def nobody_writes(table: str) -> Iterator[None]:
    """Readers read on; whoever writes into the table waits."""
    other = psycopg2.connect(database_url().replace("postgres://", "postgresql://", 1))
    with other.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
    try:
        yield
    finally:
        other.close()


def wait_until_held(table: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT FROM pg_locks WHERE NOT granted AND relation = %s::regclass", [table]
            )
            if cursor.rowcount:
                return
        time.sleep(0.02)
    raise AssertionError(f"The making never came to {table}: {process.poll()}")


@pytest.mark.parametrize(
    ("table", "has_begun"), [("reports_openfact", False), ("reports_dayfact", True)]
)
def test_the_command_killed_in_the_middle_of_a_statement(
    spoilt, cast, make_appeal, settings, table: str, has_begun: bool
) -> None:
    """`manage.py rebuild_facts` itself: in its first batch, and where it adds up the days. What keeps
    the facts up to date does not wait for it, and goes on as soon as it is dead."""
    own = {"DATABASE_URL": database_url(), "REDIS_URL": settings.REDIS_URL, "DEBUG": "1"}
    command = [sys.executable, "manage.py", "rebuild_facts", "-v", "0"]
    with nobody_writes(table):
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ | own)
        wait_until_held(table, process)
        if has_begun:
            told_right(cast)
        made = make_appeal(caller_phone="0503330001")
        fill_facts()
        assert StaleAppeal.objects.filter(appeal_id=made.pk).exists()
        process.kill()
        assert process.wait(PATIENCE) == -signal.SIGKILL
    wait_for_the_dead()
    fill_facts()
    assert not StaleAppeal.objects.exists()
    if has_begun:
        told_right(cast)
    done = subprocess.run(
        command, cwd=settings.BASE_DIR, env=os.environ | own, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0
    told_right(cast)
    call_command("check_facts", stdout=io.StringIO())


def test_a_making_nobody_finishes_is_finished_for_it(spoilt, cast) -> None:
    """Killed where the days are added up and never run again: some minutes later the days are whole."""
    statement = 1
    while FactsState.objects.filter(rebuilding_since__isnull=False).count() == 0:
        assert not made_until(statement)
        statement += EVERY
    fill_facts()
    assert FactsState.objects.get().rebuilding_since is not None
    FactsState.objects.update(rebuilding_since=timezone.now() - ABANDONED_AFTER)
    fill_facts()
    assert FactsState.objects.get().rebuilding_since is None
    told_right(cast)
    assert list(differences()) == []

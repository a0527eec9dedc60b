"""Fills the measured database, or finds it filled already."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import multiprocessing
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone
from tqdm import tqdm

from bench import indexes, place, world
from bench.stories import CHILDREN_APART, ENTRIES_APART, Stories

SEED = 20260101
#: Appeals and applicants of one COPY.
STRETCH = 5_000
PROCESSES = 2
MEMORY_MB = 768
#: What the rows are made by; when one of these changes the world is another.
MADE_BY = ("world.py", "stories.py")
LOADED = "CREATE TABLE IF NOT EXISTS bench_loaded (what jsonb NOT NULL)"

_after: list[Callable[[], None]] = []
_world: world.World | None = None


def after_load(fill: Callable[[], None]) -> Callable[[], None]:
    """For a table of another area that is made from the appeals: filled after a fresh load."""
    _after.append(fill)
    return fill


def _mark(appeals: int) -> dict[str, Any]:
    folder = Path(__file__).parent
    made_by = b"".join((folder / name).read_bytes() for name in MADE_BY)
    return {"appeals": appeals, "seed": SEED, "made_by": hashlib.sha256(made_by).hexdigest()}


def ensure(appeals: int, *, fresh: bool) -> None:
    """The tables as the migrations of now make them, with that many appeals.

    A loaded database is kept between runs and migrated forwards like a real one; it is loaded
    again when the number of appeals or what makes the rows has changed, or when asked.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOADED)
        cursor.execute("SELECT what FROM bench_loaded")
        found = cursor.fetchone()
    loaded = json.loads(found[0]) if found else None
    if loaded is not None and not fresh and loaded == _mark(appeals):
        call_command("migrate", verbosity=0)
        print(f"The database holds {appeals:,} appeals already (FRESH=1 loads them again).")
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute(LOADED)
    call_command("migrate", verbosity=0)
    call_command("load_directory", verbosity=0)
    started = time.monotonic()
    _load(appeals)
    for fill in _after:
        fill()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_loaded VALUES (%s)", [json.dumps(_mark(appeals))])
    print(f"Loaded {appeals:,} appeals in {time.monotonic() - started:.0f} s.")


def _load(appeals: int) -> None:
    global _world
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    _world = world.prepare(appeals, SEED, now)
    tables = [rows.table for rows in Stories(_world, SEED).tables()]
    with connection.cursor() as cursor:
        taken = indexes.take_down(cursor, tables)
    connections.close_all()
    jobs = [("people", n) for n in range(1, _world.applicants + 1, STRETCH)]
    jobs += [("matters", n) for n in range(0, appeals, STRETCH)]
    with (
        multiprocessing.get_context("fork").Pool(PROCESSES) as pool,
        tqdm(total=appeals + _world.applicants, unit="row", desc="rows", mininterval=5) as bar,
    ):
        for done in pool.imap_unordered(_copy, jobs):
            bar.update(done)
    with tqdm(total=len(taken), desc="indexes", mininterval=5) as bar:
        indexes.put_back(taken, place.connect, lambda _index: bar.update(1), MEMORY_MB)
    with connection.cursor() as cursor:
        cursor.execute(f"SET maintenance_work_mem = '{MEMORY_MB}MB'")
        for year, first in _world.first_of_year.items():
            later = [n for y, n in _world.first_of_year.items() if y > year]
            cursor.execute(
                "INSERT INTO appeals_registrationyear (year, last) VALUES (%s, %s)",
                [year, min(later, default=appeals) - first],
            )
        for table in tables:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "
                f"(SELECT coalesce(max(id), 1) FROM {table}))"
            )
        cursor.execute("VACUUM (ANALYZE)")


def _copy(job: tuple[str, int]) -> int:
    """One stretch of rows by one connection; foreign keys hold by how the rows are made."""
    assert _world is not None
    what, first = job
    whole = _world.applicants + 1 if what == "people" else _world.appeals
    last = min(first + STRETCH, whole)
    stories = Stories(_world, SEED)
    (stories.people if what == "people" else stories.matters)(first, last)
    connected = _connected()
    with connected, connected.cursor() as cursor:
        for rows in stories.tables():
            rows.send(cursor)
    return last - first


_own: dict[int, Any] = {}


def _connected() -> Any:
    """One connection per process, with triggers off: the rows are known to be whole."""
    pid = os.getpid()
    if pid not in _own:
        _own.clear()
        _own[pid] = place.connect()
        with _own[pid], _own[pid].cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET statement_timeout = 0")
    return _own[pid]


def moment_loaded() -> dt.datetime:
    """When the newest appeal was registered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(registered_at) FROM appeals_appeal")
        found: dt.datetime = cursor.fetchone()[0]
    return found


__all__ = ["CHILDREN_APART", "ENTRIES_APART", "after_load", "ensure", "moment_loaded"]

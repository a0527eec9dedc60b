"""The databases of the tests: made once, then copied for each process.

Two patterns stay on the server: `test_made_…` has the tables as the migrations make them, `test_full_…`
the real directory besides. Their names carry a digest of the sources they come from, so that a changed
source makes a new one. Each process works on copies of its own: a test that asks for the directory and
commits nothing runs where it is loaded already, every other test where the tables are empty. What a test
committed is deleted from the tables that got rows: truncating all hundred takes ten times as long.

`python -m tests.databases` makes the patterns before the tests need them.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

#: One process at a time makes patterns; a number nobody else takes.
LOCK = 195_2026
#: Fixtures of tests whose rows are really committed.
COMMITTING = {"open_world", "transactional_db", "live_server", "django_db_reset_sequences"}
IMPORTED = re.compile(r"^(?:from|import) ([\w.]+)", re.MULTILINE)
#: The copies of this process, by whether the directory is loaded in them.
_copies: dict[bool, str] = {}
_wants_directory = False


# --- Patterns ------------------------------------------------------------------


def sources() -> list[Path]:
    """Everything of ours that migrations and the loading of the directory may read."""
    return sorted(
        path
        for app in apps.get_app_configs()
        if Path(app.path).parent == settings.BASE_DIR
        for path in Path(app.path).rglob("*")
        if path.suffix in {".py", ".toml", ".sql"} and "tests" not in path.parts
    )


def sources_of_tables() -> list[Path]:
    """Migrations, the modules they import, and SQL."""
    ours = sources()
    migrations = [path for path in ours if path.parent.name == "migrations"]
    named = {
        settings.BASE_DIR.joinpath(*name.split("."))
        for path in migrations
        for name in IMPORTED.findall(path.read_text("utf-8"))
    }
    read = {path for place in named for path in (place.with_suffix(".py"), place / "__init__.py")}
    return [path for path in ours if path in read or path in migrations or path.suffix == ".sql"]


def digest(paths: Iterable[Path]) -> str:
    made = hashlib.sha256(django.__version__.encode())
    for path in paths:
        content = path.read_bytes()
        made.update(f"\n{path.relative_to(settings.BASE_DIR)} {len(content)}\n".encode() + content)
    return made.hexdigest()[:12]


def ready() -> tuple[str, str]:
    """The names of both patterns, made now where they are not there yet; outdated ones go."""
    tables, full = f"test_made_{digest(sources_of_tables())}", f"test_full_{digest(sources())}"
    with connection._nodb_cursor() as cursor:
        # Whoever comes second waits as long as the first needs.
        cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute(
            "SELECT datname FROM pg_database WHERE datname ~ '^test_(made|full|half)_[0-9a-f]*$'"
        )
        there = {name for (name,) in cursor.fetchall()}
        for outdated in there - {tables, full}:
            cursor.execute(f'DROP DATABASE "{outdated}" WITH (FORCE)')
        if tables not in there:
            _make(cursor, tables, "template0", _migrate)
        if full not in there:
            _make(cursor, full, tables, _load)
        cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    return tables, full


def _make(cursor: Any, name: str, like: str, fill: Callable[[], None]) -> None:
    """Under its name it stands only when it is whole."""
    half = "test_half_"
    copy(cursor, half, like)
    with working_in(half):
        with connection.cursor() as inside:
            inside.execute("SET synchronous_commit = off")
        fill()
    cursor.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)


def _load() -> None:
    call_command("load_directory", stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def drop_those_of_the_dead(cursor: Any) -> None:
    """Copies whose process was killed before it could take them down."""
    cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^test_.*_full_[0-9]+$'")
    for (name,) in cursor.fetchall():
        if not Path("/proc", name.rpartition("_")[2]).exists():
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def copy(cursor: Any, name: str, like: str) -> None:
    cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')


@contextmanager
def working_in(name: str) -> Iterator[None]:
    before = str(connection.settings_dict["NAME"])
    move_to(name)
    try:
        yield
    finally:
        move_to(before)


def move_to(name: str) -> None:
    """From now on every connection of this process goes there."""
    if connection.settings_dict["NAME"] != name:
        assert not connection.in_atomic_block, "a test of this module does not ask for told_once"
        connection.close()
        connection.settings_dict["NAME"] = name


# --- The copies of this process --------------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """The test database is made as a copy."""
    with django_db_blocker.unblock():
        tables, full = ready()
    connection.settings_dict["TEST"]["TEMPLATE"] = tables
    _copies[True] = full


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Besides the empty copy one with the directory."""
    empty = str(connection.settings_dict["NAME"])
    # Two runs at a time, as while one lands, have each their own.
    full, pattern = f"{empty}_full_{os.getpid()}", _copies[True]
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        drop_those_of_the_dead(cursor)
        copy(cursor, full, pattern)
    _copies.update({False: empty, True: full})
    move_to(_copies[_wants_directory])
    patch = pytest.MonkeyPatch()
    operations = type(connection.ops)
    patch.setattr(operations, "sql_flush", emptying(operations.sql_flush))
    yield
    patch.undo()
    with django_db_blocker.unblock():
        connections.close_all()
        move_to(empty)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{full}" WITH (FORCE)')
            # A thread of a test may have kept its connection; a database in use is not taken down.
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [empty]
            )
    _copies.clear()


@pytest.fixture(scope="module")
def told_once(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """For a world that many tests of one module begin with: built once, taken back after the module.

    What each test does besides is taken back after the test, as ever. Every test of the module that
    uses the database must ask for it, since all live in its transaction. It returns where the files
    of that world lie.
    """
    files = tmp_path_factory.mktemp("told-once")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=files), transaction.atomic():
        yield files
        transaction.set_rollback(True)


def emptying(truncate: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """SQL that empties tables; keys are checked when it is committed, so the order is free."""

    def delete(operations: Any, style: Any, tables: list[str], **more: bool) -> list[str]:
        if more.get("reset_sequences") or not tables:
            return truncate(operations, style, tables, **more)
        names = [operations.quote_name(table) for table in tables]
        asked = [f"(SELECT {n} FROM {name} LIMIT 1)" for n, name in enumerate(names)]
        with operations.connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(asked))
            return [f"DELETE FROM {names[n]};" for (n,) in cursor.fetchall()]

    return delete


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before its fixtures a test is led to the copy it needs."""
    global _wants_directory
    asked = set(getattr(item, "fixturenames", ()))
    marker = item.get_closest_marker("django_db")
    commits = bool(asked & COMMITTING or (marker and marker.kwargs.get("transaction")))
    _wants_directory = bool(asked & {"directory", "told_once"}) and not commits
    if _copies:
        move_to(_copies[_wants_directory])


def has_directory() -> bool:
    """The directory is loaded where this test works."""
    return _wants_directory


if __name__ == "__main__":
    from callcenter import embedded

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")
    embedded.start()
    django.setup()
    ready()

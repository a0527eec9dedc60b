"""The ground of every test: real PostgreSQL, real Redis, fast passwords."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.backends.signals import connection_created
from django.utils import translation

from callcenter import brokers, embedded

pytest_plugins = ["tests.databases", "tests.cast", "tests.browsing"]


def pytest_configure(config: pytest.Config) -> None:
    """Start the servers, and keep each test process to its own Redis database."""
    embedded.start()
    settings.DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=off"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    if not embedded.redis_url_is_set():
        settings.REDIS_URL = brokers.redis_url(1 + int(worker) % 60)
        settings.CELERY_BROKER_URL = brokers.celery_url(settings.REDIS_URL)
        settings.CACHES["default"]["LOCATION"] = settings.REDIS_URL
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded now lives as long as the process; cycles are looked for as seldom as in the service."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Where CI is set a test that was skipped has failed: nothing may go unseen."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"A test was skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def places_for_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Numbered here: the factory looks at all there are before it makes one more."""
    root = tmp_path_factory.mktemp("files")
    return (root / str(number) for number in count())


@pytest.fixture(autouse=True)
def own_files(settings, places_for_files: Iterator[Path]) -> None:
    """Attachments made by a test never meet those of development."""
    settings.MEDIA_ROOT = next(places_for_files)
    settings.MEDIA_ROOT.mkdir()


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A request leaves its reader's language behind; no test begins in that of another."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def empty_cache() -> Iterator[None]:
    """For tests that look at what is remembered."""
    cache.clear()
    yield
    cache.clear()


def _rest_triggers(connection: Any, **kwargs: Any) -> None:
    """The journals' triggers rest on this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")


@pytest.fixture
def fresh_connection() -> Iterator[None]:
    """Whatever a test set on its connection ends with it."""
    yield
    connection.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item):
    """After everything is emptied the triggers work again."""
    yield
    if connection_created.disconnect(_rest_triggers):
        connection.close()


@pytest.fixture
def committed(fresh_connection: None, transactional_db: None) -> Iterator[None]:
    """For tests whose threads must see each other: really committed, emptied afterwards.

    The journals refuse to be emptied, so their triggers rest while that is done, also on a
    connection that is opened anew for it.
    """
    yield
    connection_created.connect(_rest_triggers)
    _rest_triggers(connection)

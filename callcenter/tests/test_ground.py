"""Settings, health and the queue: what holds when parts of the machine are missing."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
import redis
from django.core.cache import cache
from django.db import connection

from callcenter import embedded, env, health
from callcenter.brokers import client as redis_client
from callcenter.tasks import heartbeat

PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "ALLOWED_HOSTS": "example.org",
    "DATABASE_URL": "postgres://nobody@localhost/nothing",
    "REDIS_URL": "redis://localhost/0",
}


@pytest.fixture
def no_redis(settings, tmp_path):
    """Redis has vanished: nobody listens at its address."""
    settings.REDIS_URL = f"unix://{tmp_path}/none.sock"
    return settings.REDIS_URL


def check(**variables: str) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "callcenter.settings"}
    return subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=kept | variables,
        cwd=embedded.ROOT,
        capture_output=True,
        text=True,
    )


def test_production_settings_pass_the_deployment_check():
    done = check(**PRODUCTION)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_production_without_a_needed_setting_says_so_in_one_line(missing):
    done = check(**PRODUCTION | {missing: ""})
    assert done.returncode == 1
    assert done.stderr.startswith(f"{missing} is not set")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_setting_that_is_not_understood_stops_the_start(monkeypatch, tmp_path):
    monkeypatch.setenv("SOME", "perhaps")
    with pytest.raises(env.BadSetting, match="SOME='perhaps'"):
        env.flag("SOME", default=True)
    with pytest.raises(env.BadSetting, match="whole number"):
        env.number("SOME", 1)
    monkeypatch.setenv("SOME_FILE", str(tmp_path / "none"))
    with pytest.raises(env.BadSetting, match="keep one"):
        env.secret_or_file("SOME")
    monkeypatch.delenv("SOME")
    with pytest.raises(env.BadSetting, match="cannot be read"):
        env.secret_or_file("SOME")


def test_a_kept_secret_stays_and_is_private(tmp_path):
    path = tmp_path / "secret"
    assert env.kept_secret(path) == env.kept_secret(path)
    assert path.stat().st_mode & 0o077 == 0


def test_alive_without_host_database_or_session(client):
    answer = client.get("/healthz", HTTP_HOST="10.0.0.7")
    assert answer.status_code == 200
    assert answer["X-Request-ID"]


def test_ready_names_each_part(client, db):
    with redis_client() as connected:
        connected.delete("alive:worker", "alive:beat")
    heartbeat()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {
        "database": "up",
        "redis": "up",
        "worker": "down",
        "beat": "up",
    }
    health.leave_sign("worker")
    assert client.get("/readyz").json()["ready"] is True


def test_ready_without_redis_answers_at_once(client, db, no_redis):
    started = time.monotonic()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["redis"] == "down"
    assert time.monotonic() - started < 2


def test_publishing_a_live_event_without_redis_is_quiet(no_redis):
    from callcenter import live

    live.publish("user:1", {"id": 1})


def test_a_task_that_cannot_be_sent_does_not_break_the_request(
    db, tmp_path, django_capture_on_commit_callbacks
):
    from callcenter.celery import Celery, Task

    lost = Celery("lost", task_cls=Task, set_as_current=False)
    lost.config_from_object("django.conf:settings", namespace="CELERY")
    lost.conf.broker_url = f"redis+socket://{tmp_path}/none.sock"

    @lost.task
    def anything() -> None:
        """Never runs: it cannot be sent."""

    started = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        anything.delay_on_commit()
    assert time.monotonic() - started < 3


def test_the_connection_is_set_as_the_project_needs(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('jit'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("off", "3s")


def test_the_cache_remembers_and_shrugs_without_redis(empty_cache, tmp_path):
    from callcenter.brokers import Cache

    cache.set("a", 1)
    assert cache.get("a") == 1
    gone = Cache(f"unix://{tmp_path}/none.sock", {"OPTIONS": {"retry": None}})
    gone.set("a", 1)
    assert gone.get("a") is None
    assert gone.get("a", "default") == "default"
    assert gone.get_many(["a"]) == {}
    with pytest.raises(redis.ConnectionError):
        gone.incr("a")

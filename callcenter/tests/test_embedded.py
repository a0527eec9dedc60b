"""The embedded servers start once, survive a crash and live wherever the project lies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter import embedded

START = [sys.executable, "-m", "callcenter.embedded"]


@pytest.fixture(params=["short", "a name with spaces, 'quotes' and more/" + "long/" * 20])
def var(request, tmp_path: Path) -> Iterator[Path]:
    """A place of its own; the second one is too long for a socket."""
    place = tmp_path / request.param
    place.mkdir(parents=True)
    yield place
    embedded.stop(place)


@pytest.fixture(autouse=True)
def no_real_servers(monkeypatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


def process_of(pid_file: Path) -> int:
    return int(pid_file.read_text().split()[0])


def wait_until_silent(server: embedded.Server) -> None:
    until = time.monotonic() + 10
    while server.answers() and time.monotonic() < until:
        time.sleep(0.02)


def test_many_commands_at_once_start_one_server_each(var):
    commands = [
        subprocess.Popen(START, env=os.environ | {"VAR_DIR": str(var)}, cwd=embedded.ROOT)
        for _ in range(4)
    ]
    assert [command.wait(60) for command in commands] == [0] * 4
    assert embedded.Postgres(var).is_up()
    assert embedded.Redis(var).is_up()
    assert sorted(embedded.stop(var)) == ["PostgreSQL", "Redis"]
    assert embedded.stop(var) == []


def test_start_again_after_a_crash(var):
    embedded.start(var)
    postgres, redis = embedded.Postgres(var), embedded.Redis(var)
    os.kill(process_of(postgres.data / "postmaster.pid"), signal.SIGKILL)
    os.kill(process_of(var / "redis.pid"), signal.SIGKILL)
    wait_until_silent(postgres)
    wait_until_silent(redis)
    # The number of the dead may belong to another program by now.
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data}\n")
    embedded.start(var)
    assert postgres.is_up()
    assert redis.is_up()


def test_data_of_another_version_is_not_touched(tmp_path):
    data = tmp_path / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("12\n")
    with pytest.raises(embedded.ServerError, match="made by PostgreSQL 12"):
        embedded.Postgres(tmp_path).start()
    assert [entry.name for entry in data.iterdir()] == ["PG_VERSION"]

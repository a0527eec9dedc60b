"""`make run`: prepares the database, then web, worker and beat in one terminal."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.core.management import CommandError, call_command
from django.db import OperationalError, connections
from honcho.manager import Manager

from callcenter import embedded, env

HOST = "127.0.0.1"
#: With less room than this, in bytes, a database that fails has failed for want of it.
LEAST_ROOM = 64 << 20


class CannotStart(SystemExit):
    """One line for the person at the terminal."""


def main() -> None:
    """Start everything; Ctrl-C stops all of it, the embedded servers included."""
    port = env.number("PORT", 8000, at_least=1)
    _port_is_free(port)
    embedded.start()
    try:
        _prepare()
        code = _serve(port)
    except KeyboardInterrupt:
        raise CannotStart("Stopped before everything was ready.") from None
    finally:
        embedded.stop()
    sys.exit(code)


def _port_is_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} is taken ({error.strerror}). Choose another: PORT=8001 make run"
            ) from None


def _prepare() -> None:
    """Tables, the directory, and the demo world of a first start; in this process, for speed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")
    with _no_time_limit():
        django.setup()
        try:
            call_command("compile_messages")
            call_command("migrate", verbosity=0)
            call_command("load_directory")
            call_command("demo", "--days", "90", "--seed", "7", "--first")
            # The first dashboard opened has its figures, without waiting for the worker.
            call_command("rebuild_facts", "--first", verbosity=0)
            sys.stdout.write(f"\n  http://{HOST}:{env.number('PORT', 8000)}\n\n")
            call_command("signins")
        except CommandError as error:
            raise CannotStart(str(error)) from None
        except OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            if shutil.disk_usage(embedded.VAR).free < LEAST_ROOM:
                reason = f"no space is left on the disk that holds {embedded.VAR}."
            raise CannotStart(f"The database could not be prepared: {reason}") from None
        finally:
            connections.close_all()
        sys.stdout.flush()


@contextmanager
def _no_time_limit() -> Iterator[None]:
    """Preparing may take as long as it needs; what is started afterwards keeps its own limits."""
    given = os.environ.get("STATEMENT_TIMEOUT")
    os.environ.setdefault("STATEMENT_TIMEOUT", "0")
    yield
    if given is None:
        del os.environ["STATEMENT_TIMEOUT"]


def _serve(port: int) -> int:
    """web, worker and beat under one roof; when one ends, all end."""
    quiet = os.environ | {"PYTHONUNBUFFERED": "1"}
    python = sys.executable
    manager = Manager()
    workers = env.number("WEB_WORKERS", 2, at_least=1)
    manager.add_process(
        "web",
        f"exec {python} -m uvicorn callcenter.asgi:application --host {HOST} --port {port} "
        f"--workers {workers} --no-access-log --log-level warning",
        env=quiet,
    )
    manager.add_process(
        "worker", f"exec {python} -m celery -q -A callcenter worker -c 2 -l warning", env=quiet
    )
    manager.add_process(
        "beat", f"exec {python} -m celery -q -A callcenter beat -l warning", env=quiet
    )
    manager.loop()
    # Ctrl-C is how one leaves, not a failure.
    return 0 if manager.returncode in (None, 0, 130, -2, -15) else int(manager.returncode)


if __name__ == "__main__":
    main()

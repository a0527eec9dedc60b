"""Where a measurement happens: a database beside the real one, and settings as in production."""

from __future__ import annotations

import os
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2

from callcenter import embedded

#: Redis database of the embedded server that development and tests do not use.
REDIS_NUMBER = 63


def prepare(appeals: int) -> None:
    """Name the database of the measurements in the environment, and make it when it is missing.

    Each number of appeals has a database of its own, so that a small one does not cost a large one.
    Called before Django reads its settings. DEBUG is off: templates are cached, static files
    are hashed, nothing is logged per statement.
    """
    embedded.start()
    if embedded.database_url_is_set():
        base = os.environ["DATABASE_URL"].strip()
    else:
        host = quote(str(embedded.sockets(embedded.VAR)), safe="")
        base = f"postgres://{embedded.USER}@{host}/{embedded.DATABASE}"
    parts = urlsplit(base)
    tail = f"_bench_{appeals}"
    _make(base, parts.path.lstrip("/") + tail)
    os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=parts.path + tail))
    if not embedded.redis_url_is_set():
        socket = embedded.sockets(embedded.VAR) / "redis.sock"
        os.environ["REDIS_URL"] = f"unix://{socket}?db={REDIS_NUMBER}"
    os.environ["DEBUG"] = os.environ["HTTPS"] = "0"
    os.environ.setdefault("STATEMENT_TIMEOUT", "0")
    os.environ.setdefault("SECRET_KEY", "only-for-measuring-0123456789-abcdefghijklmnopqrstuvwxyz")
    os.environ["ALLOWED_HOSTS"] = "127.0.0.1"
    os.environ["LOG_LEVEL"] = "ERROR"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")


def _make(base: str, name: str) -> None:
    connection = psycopg2.connect(_dsn(base))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()


def _dsn(url: str) -> str:
    """psycopg2 reads `postgresql://`; the rest of the address is the same."""
    return url.replace("postgres://", "postgresql://", 1)


def connect() -> psycopg2.extensions.connection:
    """A plain connection to the measured database, outside Django."""
    return psycopg2.connect(_dsn(os.environ["DATABASE_URL"]), options="-c jit=off")

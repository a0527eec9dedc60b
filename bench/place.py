"""Where a measurement happens: a database beside the real one, and settings as in production."""

from __future__ import annotations

import os
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2

from callcenter import embedded

#: Redis database of the embedded server that development and tests do not use.
REDIS_NUMBER = 63


def prepare(appeals: int, times: int = 1) -> None:
    """Name the database of the measurements in the environment, and make it when it is missing.

    Each number of appeals has a database of its own, so that a small one does not cost a large one;
    so has one grown out of another. Called before Django reads its settings. DEBUG is off: templates
    are cached, static files are hashed, nothing is logged per statement.
    """
    embedded.start()
    url = address(appeals, times)
    _make(_base(), urlsplit(url).path.lstrip("/"))
    os.environ["DATABASE_URL"] = url
    if not embedded.redis_url_is_set():
        socket = embedded.sockets(embedded.VAR) / "redis.sock"
        os.environ["REDIS_URL"] = f"unix://{socket}?db={REDIS_NUMBER}"
    os.environ["DEBUG"] = os.environ["HTTPS"] = "0"
    os.environ.setdefault("STATEMENT_TIMEOUT", "0")
    os.environ.setdefault("SECRET_KEY", "only-for-measuring-0123456789-abcdefghijklmnopqrstuvwxyz")
    os.environ["ALLOWED_HOSTS"] = "127.0.0.1"
    os.environ["LOG_LEVEL"] = "ERROR"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")


def _base() -> str:
    """The database beside which the measured ones stand."""
    if embedded.database_url_is_set():
        return os.environ["DATABASE_URL"].strip()
    host = quote(str(embedded.sockets(embedded.VAR)), safe="")
    return f"postgres://{embedded.USER}@{host}/{embedded.DATABASE}"


def address(appeals: int, times: int = 1) -> str:
    """Where the database of so many appeals is; ask before `prepare` names one of them."""
    parts = urlsplit(_base())
    tail = f"_bench_{appeals}" + (f"x{times}" if times > 1 else "")
    return urlunsplit(parts._replace(path=parts.path + tail))


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
    return connect_to(os.environ["DATABASE_URL"])


def connect_to(url: str) -> psycopg2.extensions.connection:
    return psycopg2.connect(_dsn(url), options="-c jit=off")

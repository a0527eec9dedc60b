"""How each database is reached: the named one or the embedded one, and what a session may take."""

from __future__ import annotations

from typing import Any

import dj_database_url

from callcenter import embedded, env


def _session() -> str:
    """Requests are cut after a while; manage.py and the worker set their own limits. A lock is waited
    for 3 seconds."""
    return " ".join(
        [
            "-c jit=off",
            # A page's row joins up to ten small tables in the order they are written: searching for
            # a better order took longer (17 ms) than everything else the page asks.
            "-c join_collapse_limit=4",
            # A plan kept for a statement (callcenter.prepared) is kept whatever its values are.
            "-c plan_cache_mode=force_generic_plan",
            "-c lock_timeout=3s",
            f"-c statement_timeout={env.text('STATEMENT_TIMEOUT', '30s')}",
            "-c idle_in_transaction_session_timeout=300s",
        ]
    )


def database(url: str) -> dict[str, Any]:
    """A thread of the web server keeps its connection; a broken one is noticed at the next request."""
    if url:
        parsed: dict[str, Any] = dict(dj_database_url.parse(url))
    else:
        parsed = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": embedded.DATABASE,
            "USER": embedded.USER,
            "HOST": str(embedded.sockets(embedded.VAR)),
        }
    options = {"options": _session(), "application_name": "callcenter"} | parsed.get("OPTIONS", {})
    return parsed | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}

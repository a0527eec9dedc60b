"""/healthz: this process answers. /readyz: the database, Redis, the worker and beat do too."""

from __future__ import annotations

import time
from collections.abc import Callable

import redis
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from callcenter.brokers import client

GetResponse = Callable[[HttpRequest], HttpResponse]
# Three missed signs of life, sent every 30 seconds, mean that a part is down.
SILENT_FOR = 100


class Health:
    """Answers before anything that needs a host name, a session or a secure connection."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == "/healthz":
            return HttpResponse("ok\n", content_type="text/plain")
        if request.path_info == "/readyz":
            return ready()
        return self.get_response(request)


def ready() -> JsonResponse:
    """Each part by its name; 503 when any of them is down."""
    parts = {"database": database(), **queue()}
    is_ready = all(state == "up" for state in parts.values())
    response = JsonResponse({"ready": is_ready, "parts": parts}, status=200 if is_ready else 503)
    response["Cache-Control"] = "no-store"
    return response


def database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return "down"
    return "up"


def queue() -> dict[str, str]:
    """Redis, and who left a sign of life in it; without Redis nothing is known of the others."""
    try:
        with client() as connected:
            seen = {part: connected.get(sign(part)) for part in ("worker", "beat")}
    except redis.RedisError:
        return {"redis": "down", "worker": "unknown", "beat": "unknown"}
    return {"redis": "up"} | {part: "up" if at else "down" for part, at in seen.items()}


def leave_sign(part: str) -> None:
    """Called by the worker itself, and for beat by the task that beat sends."""
    with client() as connected:
        connected.set(sign(part), int(time.time()), ex=SILENT_FOR)


def sign(part: str) -> str:
    return f"alive:{part}"

"""Redis: its address for each user of it, and a cache that shrugs when Redis is gone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any

import redis
from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError, TimeoutError

from callcenter import embedded, env

log = logging.getLogger(__name__)


def redis_url(number: int = 0) -> str:
    """The address named by REDIS_URL, or of the embedded Redis."""
    named = env.secret_or_file("REDIS_URL")
    return named or f"unix://{embedded.sockets(embedded.VAR) / 'redis.sock'}?db={number}"


def client() -> redis.Redis:
    """For one use, over a connection the process keeps; it fails within a second rather than wait for
    a lost Redis."""
    return redis.Redis(connection_pool=_pool(settings.REDIS_URL))


@lru_cache(maxsize=4)
def _pool(url: str) -> redis.ConnectionPool:
    patience = settings.REDIS_TIMEOUT
    return redis.ConnectionPool.from_url(
        url,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        retry=None,
        decode_responses=True,
    )


def celery_url(url: str) -> str:
    """Celery writes a Unix socket's address in its own way."""
    return url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")


def _forgiving(name: str) -> Callable[..., Any]:
    asked = getattr(RedisCache, name)
    nothing: dict[str, Any] = {"get_many": {}, "set_many": [], "add": True}

    @wraps(asked)
    def ask(self: RedisCache, *arguments: Any, **named: Any) -> Any:
        try:
            return asked(self, *arguments, **named)
        except (ConnectionError, TimeoutError) as error:
            log.warning("The cache is not reachable: %s", error)
            if name == "get":
                return named.get("default", arguments[1] if len(arguments) > 1 else None)
            return nothing.get(name, False)

    return ask


class Cache(RedisCache):
    """Without Redis nothing is remembered: reading finds nothing, writing does nothing."""

    for _name in (
        "get",
        "get_many",
        "set",
        "set_many",
        "add",
        "touch",
        "delete",
        "delete_many",
        "has_key",
        "clear",
    ):
        locals()[_name] = _forgiving(_name)
    del _name

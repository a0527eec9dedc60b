"""Live pages: what changed, as ids only, from Redis to every open page of one process.

`publish` is called after a commit and never fails the caller; the page that misses an event polls.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from http.cookies import SimpleCookie
from typing import Any

import redis
import redis.asyncio
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db import close_old_connections
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string

from callcenter.brokers import client

log = logging.getLogger(__name__)
#: Seconds between comments that keep the connection open through proxies.
HEARTBEAT = 15
PREFIX = "live:"

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


def publish(channels: str | Iterable[str], event: dict[str, object]) -> None:
    """Tell the open pages that follow a channel; without Redis they find it by polling."""
    names = [channels] if isinstance(channels, str) else list(channels)
    try:
        with client() as connected, connected.pipeline(transaction=False) as told:
            for name in names:
                told.publish(f"{PREFIX}{name}", json.dumps(event))
            told.execute()
    except redis.RedisError as error:
        log.warning("A live event was not told: %s", error)


async def stream(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Server-sent events for the person of the session; 401 for nobody."""
    channels = await sync_to_async(_channels)(scope)
    if not channels:
        await send({"type": "http.response.start", "status": 401, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await _write(send, ": open\n\n")
    gone = asyncio.create_task(_left(receive))
    try:
        await _follow(channels, send, gone)
    except redis.RedisError as error:
        log.warning("The live stream lost Redis: %s", error)
    finally:
        gone.cancel()
    if not gone.done() or gone.cancelled():
        await send({"type": "http.response.body", "body": b""})


async def _follow(channels: list[str], send: Send, gone: asyncio.Task[None]) -> None:
    connected = redis.asyncio.from_url(settings.REDIS_URL)
    async with connected, connected.pubsub() as following:
        await following.subscribe(*(f"{PREFIX}{name}" for name in channels))
        while not gone.done():
            message = await following.get_message(ignore_subscribe_messages=True, timeout=HEARTBEAT)
            if gone.done():
                return
            if message is None:
                await _write(send, ": still here\n\n")
            else:
                await _write(send, f"data: {message['data'].decode()}\n\n")


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _channels(scope: dict[str, Any]) -> list[str]:
    """The person's own channel and that of the role; nothing for a session that is not valid.

    No request looks after this thread's connection: one the database ended is let go here, or no
    stream of this process would ever open again.
    """
    close_old_connections()
    try:
        return _channels_of(scope)
    finally:
        close_old_connections()


def _channels_of(scope: dict[str, Any]) -> list[str]:
    cookies = SimpleCookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    if settings.SESSION_COOKIE_NAME not in cookies:
        return []
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    session = store(cookies[settings.SESSION_COOKIE_NAME].value)
    if SESSION_KEY not in session or BACKEND_SESSION_KEY not in session:
        return []
    user = get_user_model().objects.filter(pk=session[SESSION_KEY], is_active=True).first()
    if user is None or not constant_time_compare(
        session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
    ):
        return []
    return [f"user:{user.pk}", f"role:{user.role}"]

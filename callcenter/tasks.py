"""The project's own periodic work."""

from __future__ import annotations

import logging
import time
from typing import Any

import redis
from celery import shared_task
from celery.signals import heartbeat_sent

from callcenter import health

log = logging.getLogger(__name__)
_next_sign = 0.0


@shared_task(ignore_result=True)
def heartbeat() -> None:
    """Sent by beat: that it arrives shows beat alive."""
    health.leave_sign("beat")


@heartbeat_sent.connect
def worker_is_alive(**kwargs: Any) -> None:
    """The worker's own pulse beats every two seconds; every tenth or so is written down."""
    global _next_sign
    if time.monotonic() < _next_sign:
        return
    _next_sign = time.monotonic() + 20
    try:
        health.leave_sign("worker")
    except redis.RedisError as error:
        log.warning("The worker's sign of life was not written: %s", error)

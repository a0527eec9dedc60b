"""Who else has an appeal open now, and who writes about it: signs in Redis that die by themselves.

Nobody's work hangs on it: without Redis nobody is shown, and a save over a save is still noticed by
its version.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

import redis

from callcenter import live
from callcenter.brokers import client
from people.models import User

log = logging.getLogger(__name__)
#: Seconds without a beat after which somebody is gone; pages beat every ten.
ALIVE = 25
STATES = ("viewing", "writing")
MOST_SHOWN = 6


@dataclass(frozen=True)
class Present:
    """Somebody else at the appeal."""

    name: str
    is_writing: bool


def beat(appeal_id: int, user: User, state: str) -> list[Present]:
    """Leave one's own sign ("viewing", "writing", else gone) and read those of the others; a change
    is told to the others' pages at once."""
    key, now = f"presence:{appeal_id}", time.time()
    try:
        with client() as connected:
            signs = _read(connected.hgetall(key), now)
            before = signs.pop(user.pk, "")
            after = state if state in STATES else ""
            with connected.pipeline(transaction=False) as told:
                if after:
                    told.hset(key, str(user.pk), f"{after}:{now:.0f}")
                else:
                    told.hdel(key, str(user.pk))
                told.expire(key, ALIVE * 2)
                told.execute()
    except redis.RedisError as error:
        log.warning("Nobody's presence is known: %s", error)
        return []
    if before != after and signs:
        live.publish([f"user:{pk}" for pk in signs], {"topic": f"presence:{appeal_id}"})
    names = {row.pk: row.name for row in User.objects.filter(pk__in=list(signs)[:MOST_SHOWN])}
    found = [Present(names[pk], signs[pk] == "writing") for pk in signs if pk in names]
    return sorted(found, key=lambda one: (not one.is_writing, one.name))


def _read(kept: dict[str, str], now: float) -> dict[int, str]:
    """Signs that still live, by person."""
    found = {}
    for person, sign in kept.items():
        state, _colon, at = sign.partition(":")
        if person.isdigit() and at.isdigit() and now - int(at) <= ALIVE:
            found[int(person)] = state
    return found

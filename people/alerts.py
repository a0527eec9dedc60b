"""The one door to alerts: told in the caller's transaction, shown live after the commit.

A kind is known by its words (`know`), a thing by who may see it (`guard`); apps say both when they
are ready. An alert about something its reader may no longer see is neither shown nor counted.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from callcenter import live
from people.models import Alert, User
from people.standing import MOST_UNREAD, Reader

#: Seconds for which it is kept which of the same unread things the same rights show.
SEEN_FOR = 10
#: Days an alert is kept; the journal keeps what happened for good.
KEPT_FOR = dt.timedelta(days=90)

Words = str | Promise
Visible = Callable[[User, set[str]], set[str]]

_words: dict[str, Words] = {}
_guards: dict[str, Visible] = {}


def know(words: Mapping[str, Words]) -> None:
    """Name kinds: {"appeal.given": _("%(by)s gave you appeal %(number)s")}. Lazy words, so that each
    reader reads their own language; `by` is the actor, the rest are the values told."""
    _words.update(words)


def guard(sort: str, visible: Visible) -> None:
    """Say who sees things of a sort: of the keys asked ("12" of "appeal:12"), those the user sees."""
    _guards[sort] = visible


def tell(
    to: User | Iterable[User],
    kind: str,
    *,
    about: str = "",
    url: str = "",
    by: User | None = None,
    values: Mapping[str, object] | None = None,
) -> None:
    """Alert people, in the caller's transaction; nobody is told of what they did themselves.

    `about` ("appeal:12") groups: until it is read, the same kind about the same thing is one line.
    `values` are small and hold no personal data: a number, a status, a count.
    """
    if kind not in _words:
        raise ValueError(f"unknown kind of alert: {kind}")
    people = {to} if isinstance(to, User) else set(to)
    told = {person.pk for person in people if person.is_active and person != by}
    if not told:
        return
    now, kept = timezone.now(), dict(values or {})
    fresh = {"values": kept, "url": url, "actor": by, "at": now}
    with transaction.atomic():
        again: set[int] = set()
        if about:
            same = Alert.objects.filter(
                user_id__in=told, kind=kind, about=about, read_at__isnull=True
            )
            again = set(same.select_for_update().order_by("pk").values_list("user_id", flat=True))
            same.filter(user_id__in=again).update(count=F("count") + 1, **fresh)
        Alert.objects.bulk_create(
            [Alert(user_id=pk, kind=kind, about=about, **fresh) for pk in sorted(told - again)],
            ignore_conflicts=bool(about),
        )
    channels = [f"user:{pk}" for pk in sorted(told)]
    transaction.on_commit(lambda: live.publish(channels, {"topic": "alerts"}), robust=True)


def shown(user: User, rows: Iterable[Alert]) -> list[dict[str, Any]]:
    """Alerts as lines in the reader's language, without those about what the reader may not see."""
    found = list(rows)
    seen = _seen(user, {row.about for row in found})
    return [
        {
            "pk": row.pk,
            "words": words_of(row),
            "at": row.at,
            "count": row.count,
            "is_new": row.read_at is None,
            "opens": bool(row.url),
        }
        for row in found
        if row.about in seen
    ]


def words_of(alert: Alert) -> str:
    """The sentence of an alert; a kind nobody knows any more is told plainly."""
    known = _words.get(alert.kind)
    if known is None:
        return _("Something changed")
    by = alert.actor.name if alert.actor is not None else _("the system")
    return str(known) % _Values({**alert.values, "by": by})


class _Values(dict):
    """A value an old alert does not have is a dash, not an error."""

    def __missing__(self, key: str) -> str:
        return "—"


def unread_shown(user: User) -> int:
    """The number every page shows: of what was unread when the request began, told and read included.
    Only what the reader may no longer see can be counted for seconds."""
    abouts: tuple[str, ...] | None = getattr(user, "unread", None)
    if abouts is None:
        return unread_count(user)
    if not abouts:
        return 0
    return _counted(Reader.of(user), abouts, int(time.monotonic() // SEEN_FOR))


def unread_count(user: User) -> int:
    """Unread alerts about what the user may see, counted to the cap."""
    abouts = list(
        Alert.objects.filter(user=user, read_at__isnull=True)
        .order_by("-at", "-id")
        .values_list("about", flat=True)[: MOST_UNREAD + 1]
    )
    seen = _seen(user, set(abouts))
    return sum(about in seen for about in abouts)


@lru_cache(maxsize=1024)
def _counted(reader: Reader, abouts: tuple[str, ...], _stretch_of_time: int) -> int:
    seen = _seen(reader.user, set(abouts))
    return sum(about in seen for about in abouts)


def mark_read(user: User, only: Q | None = None) -> int:
    """The user has read these alerts of their own."""
    rows = Alert.objects.filter(only or Q(), user=user, read_at__isnull=True)
    marked = rows.update(read_at=timezone.now())
    if marked:
        channel = [f"user:{user.pk}"]
        transaction.on_commit(lambda: live.publish(channel, {"topic": "alerts"}), robust=True)
    return marked


def forget_old(*, most: int = 20_000) -> int:
    """Delete alerts past their time, a bounded number at once."""
    old = Alert.objects.filter(at__lt=timezone.now() - KEPT_FOR).order_by("at")
    return Alert.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()[0]


def _seen(user: User, abouts: set[str]) -> set[str]:
    """Of the things alerts are about, those the user may see; a sort nobody guards is seen by all
    it was told to."""
    by_sort: dict[str, set[str]] = {}
    for about in abouts:
        sort, _colon, key = about.partition(":")
        by_sort.setdefault(sort, set()).add(key)
    seen: set[str] = set()
    for sort, keys in by_sort.items():
        visible = _guards.get(sort)
        allowed = keys if visible is None else visible(user, keys)
        seen |= {f"{sort}:{key}" if key else sort for key in allowed}
    return seen

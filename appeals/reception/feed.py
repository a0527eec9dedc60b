"""Receptions as a calendar that other programs follow (RFC 5545), without any personal data."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

import icalendar
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appeals.reception.lifecycle import STATES, State
from appeals.reception.models import Reception, ReceptionFeed, ReceptionSlot

#: How far a calendar looks back and ahead, and how much stands in it at most.
BACK = dt.timedelta(days=60)
AHEAD = dt.timedelta(days=370)
MOST = 1000
MOST_FREE = 200
REFRESH = dt.timedelta(minutes=15)
PRODUCT = "-//Müraciət//Receptions//AZ"
#: What other programs are told of a state; what no longer holds is told as cancelled, not left out.
STATUS = {
    State.INVITED: "TENTATIVE",
    State.ABSENT: "CANCELLED",
    State.DECLINED: "CANCELLED",
    State.CANCELLED: "CANCELLED",
}


@dataclass(frozen=True)
class Shown:
    """What the feed's owner may see today: invitations by number, and hours still free."""

    receptions: list[Reception]
    hours: list[ReceptionSlot]

    @property
    def etag(self) -> str:
        """Alike as long as the calendar would be; known without writing it."""
        told: list[tuple[object, ...]] = [
            (one.pk, one.sequence, one.state, one.changed_at, one.slot_id, one.slot.official.name)
            for one in self.receptions
        ]
        told += [(slot.pk, slot.taken, slot.official.name) for slot in self.hours]
        return f'"{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"'


def shown_by(feed: ReceptionFeed, now: dt.datetime) -> Shown:
    return Shown(_receptions(feed, now), _free_hours(feed, now))


def calendar_of(feed: ReceptionFeed, shown: Shown) -> bytes:
    """The calendar as other programs read it.

    The same rows give the same bytes. An entry keeps its UID for good, and its SEQUENCE grows with
    every move and mark, so that programs replace what they have.
    """
    with translation.override(feed.user.language):
        made = icalendar.Calendar()
        made.add("prodid", PRODUCT)
        made.add("version", "2.0")
        made.add("calscale", "GREGORIAN")
        made.add("method", "PUBLISH")
        name = feed.official.name if feed.official is not None else _("Receptions")
        made.add("x-wr-calname", name)
        made.add("x-wr-timezone", settings.TIME_ZONE)
        made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", REFRESH)
        for reception in shown.receptions:
            made.add_component(_entry(reception))
        for slot in shown.hours:
            made.add_component(_hour(slot))
        return made.to_ical()


def _receptions(feed: ReceptionFeed, now: dt.datetime) -> list[Reception]:
    rows = Reception.objects.visible_to(feed.user).filter(
        slot__starts_at__gte=now - BACK, slot__starts_at__lt=now + AHEAD
    )
    if feed.official_id is not None:
        rows = rows.filter(slot__official=feed.official_id)
    rows = rows.select_related("slot__official", "appeal").only(
        "client_id", "state", "sequence", "changed_at", "slot__starts_at", "slot__ends_at",
        "slot__place", "slot__official__name", "appeal__number",
    )  # fmt: skip
    return list(rows.order_by("slot__starts_at", "id")[:MOST])


def _free_hours(feed: ReceptionFeed, now: dt.datetime) -> list[ReceptionSlot]:
    rows = ReceptionSlot.objects.visible_to(feed.user).free(now).filter(starts_at__lt=now + AHEAD)
    if feed.official_id is not None:
        rows = rows.filter(official=feed.official_id)
    return list(rows[:MOST_FREE])


def _entry(reception: Reception) -> icalendar.Event:
    slot, state = reception.slot, State(reception.state)
    entry = _event(str(reception.client_id), slot, changed_at=reception.changed_at)
    entry.add("sequence", reception.sequence)
    entry.add("status", STATUS.get(state, "CONFIRMED"))
    entry.add("summary", _("Reception %(number)s") % {"number": reception.appeal.number})
    entry.add("description", f"{slot.official.name}. {STATES[state].label}")
    entry.add("url", settings.PUBLIC_URL + reception.get_absolute_url())
    entry.add(
        "transp", "OPAQUE" if state not in STATUS or state == State.INVITED else "TRANSPARENT"
    )
    return entry


def _hour(slot: ReceptionSlot) -> icalendar.Event:
    entry = _event(str(slot.client_id), slot, changed_at=slot.made_at)
    # More places taken or freed: what a program has of this hour is replaced.
    entry.add("sequence", slot.taken)
    entry.add("status", "TENTATIVE")
    words = ngettext(
        "Hour of reception, %(n)d place free", "Hour of reception, %(n)d places free", slot.free
    )
    entry.add("summary", words % {"n": slot.free})
    entry.add("description", slot.official.name)
    entry.add("url", settings.PUBLIC_URL + slot.get_absolute_url())
    entry.add("transp", "TRANSPARENT")
    return entry


def _event(key: str, slot: ReceptionSlot, *, changed_at: dt.datetime) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", f"{key}@{urlsplit(settings.PUBLIC_URL).hostname}")
    entry.add("dtstamp", changed_at.astimezone(dt.UTC))
    entry.add("last-modified", changed_at.astimezone(dt.UTC))
    entry.add("dtstart", slot.starts_at.astimezone(dt.UTC))
    entry.add("dtend", slot.ends_at.astimezone(dt.UTC))
    entry.add("location", slot.place)
    entry.add("class", "PRIVATE")
    return entry


def file_name(feed: ReceptionFeed) -> str:
    return f"receptions-{timezone.localdate(feed.made_at):%Y%m%d}-{feed.pk}.ics"

"""Addresses by which a calendar program follows receptions: made, used, revoked."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.reception.models import ReceptionFeed, ReceptionOfficial
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from callcenter.text import clean
from people.actions.tokens import digest_of
from people.audit import audit
from people.models import User

#: Addresses one person may have at once.
MOST = 10
#: A use is written to the row at most once in this while.
USE_EVERY = dt.timedelta(minutes=10)


def make_feed(*, by: User, name: str, official_id: int | None = None) -> tuple[ReceptionFeed, str]:
    """A new address and its secret, which is known only now."""
    name = clean(name).strip()[:80]
    if not name:
        raise RuleBroken("name_required", _("Say which program or device it is for."), field="name")
    visible = ReceptionOfficial.objects.visible_to(by)
    official = visible.filter(pk=official_id).first() if official_id is not None else None
    if not visible.exists() or (official_id is not None and official is None):
        raise NotAllowed()
    with transaction.atomic():
        User.objects.select_for_update().only("pk").get(pk=by.pk)
        if ReceptionFeed.objects.filter(user=by, revoked_at__isnull=True).count() >= MOST:
            raise RuleBroken(
                "too_many_feeds",
                _("You have %(most)d addresses. Revoke one you do not need.") % {"most": MOST},
            )
        secret = secrets.token_urlsafe(32)
        feed = ReceptionFeed.objects.create(
            user=by, official=official, name=name, prefix=secret[:6], digest=digest_of(secret)
        )
        audit("feed.made", by=by, object_kind="reception_feed", object_ref=feed.pk)
    return feed, secret


def revoke_feed(feed_id: int, *, by: User) -> ReceptionFeed:
    """From now on the address opens nothing. Everybody revokes only what is their own."""
    with transaction.atomic():
        feed = ReceptionFeed.objects.select_for_update().filter(pk=feed_id, user=by).first()
        if feed is None:
            raise NotAllowed()
        if feed.revoked_at is not None:
            raise AlreadyDone(_("This address was revoked before."))
        feed.revoked_at = timezone.now()
        feed.save(update_fields=["revoked_at"])
        audit("feed.revoked", by=by, object_kind="reception_feed", object_ref=feed.pk)
    return feed


def use_feed(secret: str) -> ReceptionFeed:
    """The feed of a secret, its use remembered; what opens nothing looks like any unknown page."""
    feed = (
        ReceptionFeed.objects.select_related("user", "official")
        .filter(digest=digest_of(secret), revoked_at__isnull=True, user__is_active=True)
        .first()
    )
    if feed is None:
        raise NotAllowed()
    now = timezone.now()
    if feed.last_used_at is None or now - feed.last_used_at > USE_EVERY:
        ReceptionFeed.objects.filter(pk=feed.pk).update(last_used_at=now)
    return feed

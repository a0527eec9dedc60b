"""Asking the applicant for an opinion: a place kept for it at the ending, and a link that needs no account.

The link is not kept anywhere: its token is made anew from the row and the secret of the installation
whenever a notice is sent, and only its digest lies in the row.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from appeals.actions.notices import owe, ways_of
from appeals.kinds import NoticeChannel, NoticeReason, NoticeState
from appeals.models import Appeal, Entry, Notice, Rating
from people.legal import number

#: Stands in the text of a notice until it is sent.
MARK = "{rating_link}"
#: Signs of a token: 162 bits, nobody guesses one.
TOKEN = 27


def ask(appeal: Appeal, ending: Entry) -> Rating:
    """Keep place for one opinion about an ending; its link lives for some days."""
    now = timezone.now()
    rating = Rating(
        appeal=appeal, ending=ending, asked_at=now,
        expires_at=now + dt.timedelta(days=number("satisfaction_link_days", 30)),
    )  # fmt: skip
    rating.token_digest = digest_of(token_of(rating))
    rating.save(force_insert=True)
    return rating


def ask_later(appeal: Appeal, ending: Entry) -> Notice | None:
    """Told by phone, the applicant gets the link some hours later, where a message can carry it."""
    wait = dt.timedelta(hours=number("satisfaction_delay_hours", 24))
    carries = (NoticeChannel.SMS, NoticeChannel.EMAIL)
    way = next((way for way in ways_of(appeal) if way.channel in carries), None)
    if way is None:
        return None
    return owe(
        appeal, ending, NoticeReason.SATISFACTION, channel=way.channel,
        context={"link": MARK}, send_at=timezone.now() + wait,
    )  # fmt: skip


def forget_asked(appeal: Appeal) -> None:
    """Nothing is asked of this ending any more: it was answered, or the appeal goes on."""
    Rating.objects.filter(appeal=appeal, given_at__isnull=True).update(expires_at=timezone.now())
    Notice.objects.filter(
        appeal=appeal, reason=NoticeReason.SATISFACTION, state=NoticeState.OWED
    ).update(state=NoticeState.VOID, next_attempt_at=None)


def prolong(notice: Notice) -> None:
    """A letter is days on its way: the days for the opinion are counted from the post."""
    now = timezone.now()
    until = now + dt.timedelta(days=number("satisfaction_link_days", 30))
    Rating.objects.filter(
        ending_id=notice.entry_id, given_at__isnull=True, expires_at__gt=now
    ).update(expires_at=until)


def token_of(rating: Rating) -> str:
    """The secret part of the link, the same however often it is asked."""
    made = salted_hmac("appeals.rating", str(rating.client_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode()[:TOKEN]


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def path_of(rating: Rating) -> str:
    """The page of an opinion, for an applicant who showed number and code."""
    return reverse("rate", args=[_kept_token(rating)])


def _kept_token(rating: Rating) -> str:
    """The token; where the secret of the installation was changed since, from now on this one holds."""
    token = token_of(rating)
    if rating.token_digest != digest_of(token):
        Rating.objects.filter(pk=rating.pk).update(token_digest=digest_of(token))
    return token


def linked(notice: Notice) -> str:
    """The text as it leaves: with the link where the wording has a place for it."""
    if MARK not in notice.text:
        return notice.text
    rating = Rating.objects.filter(appeal_id=notice.appeal_id).order_by("-id").first()
    address = ""
    if rating is not None and not rating.is_given:
        address = settings.PUBLIC_URL + path_of(rating)
    return notice.text.replace(MARK, address)


def rating_of(token: str) -> Rating | None:
    """The opinion a link is about, while the link lives."""
    found = (
        Rating.objects.filter(token_digest=digest_of(token))
        .select_related("appeal")
        .defer("appeal__searched", "appeal__search", "appeal__text")
        .first()
    )
    if found is None or (not found.is_given and found.expires_at <= timezone.now()):
        return None
    return found

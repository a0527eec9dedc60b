"""What a gateway tells of messages it was handed: called by it, or asked of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from appeals.actions.sending import FIRST_ASKED, UNDER_WAY, acknowledge, give_up
from appeals.gateways import asks_states
from appeals.kinds import NoticeChannel, NoticeState
from appeals.models import Notice
from callcenter.outgoing import Undelivered

#: Most receipts one call may carry.
MOST = 500
#: Gateways name the ends of a message differently; what is not known is on its way.
DELIVERED = frozenset({"delivered", "delivrd", "read", "seen"})
FAILED = frozenset(
    {
        "failed",
        "undelivered",
        "undeliv",
        "undeliverable",
        "rejected",
        "rejectd",
        "expired",
        "deleted",
    }
)
#: A message nothing is heard of for so long stays "sent".
ASKED_FOR = dt.timedelta(days=3)
LONGEST_PAUSE = dt.timedelta(hours=6)


def take_receipts(rows: Iterable[Mapping[str, object]]) -> int:
    """Mark what was delivered and what never will be; how many were known.

    A receipt may come twice, late, before our own mark that the message was sent, or after the
    other end: delivered is final, and what somebody has already dealt with stays as it is.
    """
    return sum(_take(row) for row in rows)


def _take(row: Mapping[str, object]) -> bool:
    notice = _named(row)
    if notice is None:
        return False
    told = str(row.get("state", "")).strip().lower()
    if told in DELIVERED:
        _delivered(notice.pk)
    elif told in FAILED:
        give_up(notice.pk, _words(row, told), (*UNDER_WAY, NoticeState.SENT))
    return True


def _named(row: Mapping[str, object]) -> Notice | None:
    """By our key, or by the reference the gateway gave."""
    sms = Notice.objects.filter(channel=NoticeChannel.SMS).only("pk")
    try:
        return sms.filter(client_id=uuid.UUID(str(row["key"]))).first()
    except (KeyError, ValueError):
        reference = row.get("id")
    if not isinstance(reference, (str, int)) or reference == "":
        return None
    return sms.filter(gateway_ref=str(reference)[:120]).exclude(gateway_ref="").first()


def _words(row: Mapping[str, object], told: str) -> str:
    """Why, in the gateway's own short code; longer texts may name people and are left out."""
    error = str(row.get("error") or "").strip()
    return error if error and len(error) <= 40 else told


def _delivered(notice_id: int) -> None:
    now = timezone.now()
    with transaction.atomic():
        notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice_id)
        if notice.state in (NoticeState.DELIVERED, NoticeState.VOID):
            return
        notice.state, notice.delivered_at = NoticeState.DELIVERED, now
        notice.sent_at = notice.sent_at or now
        notice.last_error, notice.next_attempt_at, notice.failed_at = "", None, None
        notice.save(
            update_fields=[
                "state", "delivered_at", "sent_at", "last_error", "next_attempt_at", "failed_at",
            ]
        )  # fmt: skip
        acknowledge(notice)


def ask_gateway(limit: int = 200) -> int:
    """Ask what became of messages sent and not told of; the pauses grow up to six hours, and after
    three days nothing more is asked. How many were answered."""
    if not asks_states(NoticeChannel.SMS):
        return 0
    now = timezone.now()
    asked = list(
        Notice.objects.filter(state=NoticeState.SENT, next_attempt_at__lte=now)
        .order_by("next_attempt_at", "id")
        .only("pk", "gateway_ref", "sent_at")[:limit]
    )
    if not asked:
        return 0
    # Put off first: a gateway that hangs is not asked again by the next sweep.
    for notice in asked:
        Notice.objects.filter(pk=notice.pk, state=NoticeState.SENT).update(
            next_attempt_at=_next_asked(notice, now)
        )
    try:
        rows = import_string(settings.SMS_GATEWAY)().states([one.gateway_ref for one in asked])
    except Undelivered:
        return 0
    return take_receipts(rows[: 2 * limit])


def _next_asked(notice: Notice, now: dt.datetime) -> dt.datetime | None:
    age = now - (notice.sent_at or now)
    return None if age > ASKED_FOR else now + min(max(age, FIRST_ASKED), LONGEST_PAUSE)

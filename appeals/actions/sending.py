"""Delivering notices: claimed under a lock, sent outside any transaction, marked afterwards."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from appeals.gateways import Message, Undelivered, gateway_for
from appeals.kinds import NoticeChannel, NoticeReason, NoticeState
from appeals.models import Notice, TermRule
from appeals.steps import done

#: Minutes before the next attempt, growing; after the last the notice is failed and shown.
WAITS = (1, 5, 15, 60, 240, 720)
#: A notice being sent for longer than this belongs to a process that died.
CLAIM_FOR = dt.timedelta(minutes=5)
BY_MACHINE = (NoticeChannel.SMS, NoticeChannel.EMAIL)


def due_notices(limit: int = 200) -> list[int]:
    """Ids of notices a machine can send and whose moment has come, oldest first."""
    return list(
        Notice.objects.filter(
            state__in=(NoticeState.OWED, NoticeState.SENDING),
            channel__in=BY_MACHINE,
            next_attempt_at__lte=timezone.now(),
        )
        .order_by("next_attempt_at", "id")
        .values_list("id", flat=True)[:limit]
    )


def deliver(notice_id: int) -> str:
    """Send one notice and return its state. Two processes at once send it once."""
    now = timezone.now()
    claimed = Notice.objects.filter(
        pk=notice_id,
        state__in=(NoticeState.OWED, NoticeState.SENDING),
        next_attempt_at__lte=now,
    ).update(state=NoticeState.SENDING, attempts=F("attempts") + 1, next_attempt_at=now + CLAIM_FOR)
    notice = Notice.objects.get(pk=notice_id)
    gateway = gateway_for(notice.channel)
    if not claimed or gateway is None:
        return notice.state
    message = Message(str(notice.client_id), notice.recipient, notice.subject, notice.text)
    try:
        reference = gateway.send(message)
    except Undelivered as error:
        return _failed(notice_id, str(error))
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(pk=notice_id)
        notice.state = NoticeState.SENT
        notice.sent_at = timezone.now()
        notice.gateway_ref = reference
        notice.last_error = ""
        notice.save(update_fields=["state", "sent_at", "gateway_ref", "last_error"])
        acknowledge(notice)
    return notice.state


def acknowledge(notice: Notice) -> None:
    """The applicant has the number: the step of acknowledging is done."""
    if notice.reason == NoticeReason.REGISTERED:
        done(notice.appeal, TermRule.Step.ACKNOWLEDGE, at=timezone.now())


def _failed(notice_id: int, error: str) -> str:
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(pk=notice_id)
        notice.last_error = error[:250]
        if notice.attempts > len(WAITS):
            notice.state = NoticeState.FAILED
            notice.next_attempt_at = None
        else:
            notice.state = NoticeState.OWED
            wait = dt.timedelta(minutes=WAITS[notice.attempts - 1])
            notice.next_attempt_at = timezone.now() + wait
        notice.save(update_fields=["state", "last_error", "next_attempt_at"])
    return notice.state

"""Delivering notices: claimed under a lock, sent outside any transaction, marked afterwards."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from appeals.actions.asking import linked
from appeals.actions.gate import hold, step
from appeals.actions.letters import make_letter
from appeals.alerting import tell_undelivered
from appeals.gateways import Message, asks_states, gateway_for
from appeals.kinds import LetterState, NoticeChannel, NoticeReason, NoticeState
from appeals.letters import CannotMake
from appeals.lifecycle import Action
from appeals.models import Letter, Notice, TermRule
from appeals.steps import done
from callcenter.outgoing import Refused, Undelivered

#: Minutes before the next attempt: each wait is four times the last, never longer than half a day;
#: after the last the notice is failed, and the head is told.
WAITS = (1, 4, 16, 64, 256, 720)
#: A notice being sent for longer than this belongs to a process that died.
CLAIM_FOR = dt.timedelta(minutes=5)
#: What became of a message is asked so long after it was sent, then ever more seldom.
FIRST_ASKED = dt.timedelta(minutes=2)
BY_MACHINE = (NoticeChannel.SMS, NoticeChannel.EMAIL, NoticeChannel.LETTER)
#: A notice that is being worked on; anything else is not to be overwritten.
UNDER_WAY = (NoticeState.OWED, NoticeState.SENDING)


def due_notices(limit: int = 200) -> list[int]:
    """Ids of notices a machine can send and whose moment has come, oldest first."""
    return list(
        Notice.objects.filter(
            state__in=UNDER_WAY, channel__in=BY_MACHINE, next_attempt_at__lte=timezone.now()
        )
        .order_by("next_attempt_at", "id")
        .values_list("id", flat=True)[:limit]
    )


def deliver(notice_id: int) -> str:
    """Send one notice, or make its letter, and return its state. Two processes at once send once."""
    now = timezone.now()
    claimed = Notice.objects.filter(
        pk=notice_id, state__in=UNDER_WAY, channel__in=BY_MACHINE, next_attempt_at__lte=now
    ).update(state=NoticeState.SENDING, attempts=F("attempts") + 1, next_attempt_at=now + CLAIM_FOR)
    notice = Notice.objects.get(pk=notice_id)
    if not claimed:
        return notice.state
    if notice.attempts > len(WAITS) + 1:
        # Whoever tried last died before saying how it ended.
        return _given_up(notice, notice.last_error or "interrupted")
    if notice.channel == NoticeChannel.LETTER:
        return _make(notice)
    gateway = gateway_for(notice.channel)
    assert gateway is not None
    try:
        reference = gateway.send(
            Message(str(notice.client_id), notice.recipient, notice.subject, linked(notice))
        )
    except Refused as error:
        return _given_up(notice, str(error))
    except Undelivered as error:
        return _failed(notice, str(error), again_in=error.again_in)
    return _sent(notice_id, reference)


def _sent(notice_id: int, reference: str) -> str:
    now = timezone.now()
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(pk=notice_id)
        notice.gateway_ref, notice.sent_at = reference, now
        if notice.state in UNDER_WAY:
            notice.state, notice.last_error = NoticeState.SENT, ""
            notice.next_attempt_at = now + FIRST_ASKED if asks_states(notice.channel) else None
        notice.save(
            update_fields=["state", "sent_at", "gateway_ref", "last_error", "next_attempt_at"]
        )
        acknowledge(notice)
    return notice.state


def acknowledge(notice: Notice) -> None:
    """The applicant has the number: the step of acknowledging is done."""
    if notice.reason == NoticeReason.REGISTERED:
        done(notice.appeal, TermRule.Step.ACKNOWLEDGE, at=timezone.now())


def _make(notice: Notice) -> str:
    """The letter's PDF; then it waits for a person, not for the sweep."""
    try:
        make_letter(notice.pk)
    except (CannotMake, OSError) as error:
        return _failed(notice, type(error).__name__)
    Notice.objects.filter(pk=notice.pk, state=NoticeState.SENDING).update(
        state=NoticeState.OWED, last_error="", next_attempt_at=None
    )
    notice.refresh_from_db(fields=["state"])
    return notice.state


def _failed(notice: Notice, error: str, *, again_in: int = 0) -> str:
    if notice.attempts > len(WAITS):
        return _given_up(notice, error)
    wait = dt.timedelta(minutes=WAITS[notice.attempts - 1])
    wait = max(wait, dt.timedelta(seconds=again_in))
    Notice.objects.filter(pk=notice.pk, state=NoticeState.SENDING).update(
        state=NoticeState.OWED, last_error=error[:250], next_attempt_at=timezone.now() + wait
    )
    notice.refresh_from_db(fields=["state"])
    return notice.state


def _given_up(notice: Notice, error: str) -> str:
    return give_up(notice.pk, error, UNDER_WAY)


def give_up(notice_id: int, error: str, states: tuple[NoticeState, ...]) -> str:
    """No machine tries any more: it stands in the journal, and the head and the owner are told.
    Nothing happens to a notice that stands elsewhere than in `states` by now."""
    appeal_id = Notice.objects.values_list("appeal_id", flat=True).get(pk=notice_id)
    with hold(appeal_id):
        notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice_id)
        if notice.state not in states:
            return notice.state
        with step(appeal_id, Action.TOUCH, by=None) as moving:
            moving.kind = "notice.failed"
            moving.changes = {"notice": [None, f"{notice.reason} {notice.channel}"]}
        notice.state, notice.last_error = NoticeState.FAILED, error[:250]
        notice.failed_at, notice.next_attempt_at = timezone.now(), None
        notice.save(update_fields=["state", "last_error", "failed_at", "next_attempt_at"])
        Letter.objects.filter(notice=notice, state=LetterState.TO_MAKE).update(
            state=LetterState.NOT_SENT
        )
        tell_undelivered(notice)
    return notice.state

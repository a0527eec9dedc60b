"""Handing memos over: claimed under a lock, sent outside any transaction, marked afterwards."""

from __future__ import annotations

import datetime as dt

from django.db.models import F
from django.utils import timezone

from callcenter.outgoing import Refused, Undelivered
from routing.edms.actions import held, journal, tell
from routing.edms.backends import Parcel, Receipt, backend
from routing.edms.documents import CannotMake, digest, files_of
from routing.edms.lifecycle import DUE, MemoState, follows
from routing.edms.models import EdmsFile, EdmsMemo
from routing.edms.receiving import take_reply

#: Minutes before the next attempt, doubling; after the last a person looks.
WAITS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
#: A memo being sent for longer than this belongs to a worker that died.
CLAIM_FOR = dt.timedelta(minutes=5)


def due_memos(limit: int = 100) -> list[int]:
    """Memos whose moment has come, the oldest first."""
    rows = EdmsMemo.objects.filter(state__in=DUE, next_attempt_at__lte=timezone.now())
    return list(rows.order_by("next_attempt_at", "id").values_list("pk", flat=True)[:limit])


def deliver(memo_id: int) -> str:
    """Hand one memo over and return its state. Two workers at once hand it over once; one killed in
    between hands over the same key again, which the other side knows."""
    now = timezone.now()
    claimed = EdmsMemo.objects.filter(
        pk=memo_id, state__in=DUE, next_attempt_at__lte=now
    ).update(
        state=MemoState.SENDING, attempts=F("attempts") + 1, next_attempt_at=now + CLAIM_FOR
    )  # fmt: skip
    memo = EdmsMemo.objects.select_related("appeal").get(pk=memo_id)
    if not claimed:
        return memo.state
    try:
        receipt = backend().send(Parcel(str(memo.client_id), memo.appeal.number, _files(memo)))
    except Refused as error:
        return _failed(memo_id, str(error), is_final=True)
    except Undelivered as error:
        return _failed(memo_id, str(error), again_in=error.again_in)
    except CannotMake as error:
        return _failed(memo_id, str(error), is_final=True)
    return _sent(memo_id, receipt)


def _files(memo: EdmsMemo) -> dict[str, bytes]:
    """Made before the first attempt, outside any transaction, and kept: every attempt sends these."""
    kept = {row.name: bytes(row.content) for row in memo.files.all()}
    if kept:
        return kept
    made = files_of(memo)
    EdmsFile.objects.bulk_create(
        [
            EdmsFile(memo=memo, name=name, content=content, sha256=digest(content))
            for name, content in made.items()
        ],
        ignore_conflicts=True,
    )
    return {row.name: bytes(row.content) for row in memo.files.all()}


def _sent(memo_id: int, receipt: Receipt) -> str:
    with held(memo_id) as memo:
        # Their word may have come before ours: the memo is further on already.
        if follows(MemoState.SENT, memo.state):
            memo.state = MemoState.SENT
        memo.sent_at = memo.sent_at or timezone.now()
        memo.reference, memo.last_error, memo.next_attempt_at = receipt.reference, "", None
        memo.save(update_fields=["state", "sent_at", "reference", "last_error", "next_attempt_at"])
        journal(memo, "sent")
    if receipt.told.get("number"):
        take_reply(memo_id, receipt.told)
    return EdmsMemo.objects.values_list("state", flat=True).get(pk=memo_id)


def _failed(memo_id: int, why: str, *, is_final: bool = False, again_in: int = 0) -> str:
    with held(memo_id) as memo:
        if memo.state != MemoState.SENDING:
            return memo.state
        memo.state, memo.last_error = MemoState.FAILED, why[:250]
        memo.next_attempt_at = None
        if not is_final and memo.attempts <= len(WAITS):
            wait = dt.timedelta(minutes=WAITS[memo.attempts - 1])
            wait = max(wait, dt.timedelta(seconds=again_in))
            memo.next_attempt_at = timezone.now() + wait
        memo.save(update_fields=["state", "last_error", "next_attempt_at"])
        if memo.next_attempt_at is None:
            journal(memo, "failed")
            tell(memo, "failed")
    return MemoState.FAILED

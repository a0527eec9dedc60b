"""What is done with memos: made with their referral, sent again by hand, withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions import hold, step
from appeals.alerting import about
from appeals.lifecycle import Action
from appeals.models import Appeal
from appeals.policies import sees
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people import alerts
from people.audit import audit
from people.models import Placement, Position, Role, User
from people.standing import standing_of
from routing.edms.lifecycle import MemoState
from routing.edms.models import EdmsMemo
from routing.models import Referral

SENDERS = frozenset({str(Role.OPERATOR), str(Role.SECTOR_HEAD)})


def make_memo(referral: Referral, appeal: Appeal) -> EdmsMemo:
    """In the step that refers to the head of the Apparatus; once for a referral. What it says is
    kept as it was said."""
    made = EdmsMemo.objects.filter(referral=referral).first()
    if made is not None:
        return made
    today = timezone.localdate(referral.sent_at)
    count = EdmsMemo.objects.filter(appeal=appeal).count()
    head = _head_of(referral.structure_id, today)
    signer = User.objects.filter(role=Role.SECTOR_HEAD, is_active=True).order_by("pk").first()
    by = referral.sent_by
    return EdmsMemo.objects.create(
        appeal=appeal, referral=referral, number=f"{appeal.number}/ESD-{count + 1}",
        dated_on=today, addressee=referral.structure_name,
        addressee_name=head.name if head is not None else "",
        subject=f"{appeal.number} · {appeal.get_kind_display()} · {appeal.topic.name_az}"[:250],
        text=referral.question,
        appeal_text=appeal.text if referral.shares_text else "",
        executor_name=by.name if by is not None else "",
        executor_phone=by.extension if by is not None else "",
        signer_name=signer.name if signer is not None else "",
        due_on=timezone.localdate(referral.due_at) if referral.due_at else None,
    )  # fmt: skip


def _head_of(structure_id: int, on: dt.date) -> User | None:
    places = Placement.objects.on(on).filter(
        structure_id=structure_id, position=Position.HEAD, user__is_active=True
    )
    place = places.select_related("user").order_by("pk").first()
    return place.user if place is not None else None


def withdraw_memo(referral_id: int) -> None:
    """The referral was taken back: a memo that has not left does not leave any more."""
    EdmsMemo.objects.filter(
        referral=referral_id, state__in=(MemoState.UNPROCESSED, MemoState.FAILED), sent_at=None
    ).update(state=MemoState.WITHDRAWN, next_attempt_at=None)


@contextmanager
def held(memo_id: int) -> Iterator[EdmsMemo]:
    """The appeal is locked first, then the memo, like everything of an appeal."""
    appeal_id = EdmsMemo.objects.filter(pk=memo_id).values_list("appeal_id", flat=True).first()
    if appeal_id is None:
        raise NotAllowed()
    with hold(appeal_id) as appeal:
        memo = EdmsMemo.objects.select_for_update(of=("self",)).get(pk=memo_id)
        memo.appeal = appeal
        yield memo


def journal(
    memo: EdmsMemo, kind: str, *, by: User | None = None, changes: dict[str, object] | None = None
) -> None:
    """One entry in the appeal's journal, in the caller's transaction."""
    with step(memo.appeal_id, Action.TOUCH, by=by) as moving:
        moving.kind = f"edms.{kind}"
        moving.referral_ref = memo.referral_id
        moving.changes["memo"] = [None, memo.number]
        moving.changes |= changes or {}


def tell(memo: EdmsMemo, kind: str) -> None:
    """Whoever sent it, holds the appeal, or heads the sector."""
    people = set(User.objects.filter(role=Role.SECTOR_HEAD, is_active=True))
    people |= {who for who in (memo.referral.sent_by, memo.appeal.owner) if who is not None}
    alerts.tell(people, f"edms.{kind}", **about(memo.appeal))


def resend(memo_id: int, *, by: User) -> EdmsMemo:
    """By hand, the same memo under the same key, at once: what arrived already stays one."""
    check_sender(memo_id, by)
    with held(memo_id) as memo:
        if memo.state == MemoState.UNPROCESSED:
            raise AlreadyDone(_("It is waiting to be sent already."))
        if memo.state not in (MemoState.FAILED, MemoState.SENT):
            raise RuleBroken(
                "memo_not_resent",
                _("A memo that is “%(state)s” is not sent again.")
                % {"state": memo.get_state_display()},
            )
        memo.state, memo.attempts, memo.next_attempt_at = MemoState.UNPROCESSED, 0, timezone.now()
        memo.save(update_fields=["state", "attempts", "next_attempt_at"])
        journal(memo, "resent", by=by)
        audit("memo.resent", by=by, object_kind="memo", object_ref=memo.pk)
    return memo


def check_sender(memo_id: int, by: User) -> None:
    """Those of the sector who see the appeal; to others there is no such memo."""
    memo = EdmsMemo.objects.select_related("appeal").filter(pk=memo_id).first()
    if memo is None or not standing_of(by).has(*SENDERS) or not sees(by, memo.appeal):
        raise NotAllowed()


def keep_up(memo: EdmsMemo) -> None:
    """Saved by `receiving` after a word of the other side, under the lock of `held`."""
    with transaction.atomic():
        memo.save(
            update_fields=[
                "state", "edms_number", "edms_on", "acknowledged_at", "answered_at",
                "next_attempt_at", "last_error", "sent_at",
            ]
        )  # fmt: skip

"""What the sector does with a referral it sent."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals import extending
from appeals.actions import close, hold, step
from appeals.lifecycle import Action, Status
from appeals.models import Appeal, Outcome
from appeals.terms import restart
from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from people.models import User
from routing.actions.answering import finish
from routing.actions.gate import appeal_of, moving_to, referral_step, source_of
from routing.lifecycle import RAction, RStatus
from routing.models import Referral


def take_answer(referral_id: int, *, by: User, version: int | None = None) -> Referral:
    """The sector accepts the structure's answer; it becomes the applicant's when closing."""
    now = timezone.now()
    with referral_step(
        referral_id, RAction.TAKE_ANSWER, by=by, at=now, version=version
    ) as referral:
        referral.finished_at = now
    return referral


@transaction.atomic
def reply_with(
    appeal_id: int,
    *,
    by: User,
    referral_ids: Sequence[int],
    outcome: Outcome | None,
    text: str = "",
    told_by_phone: bool = False,
    note: str = "",
    version: int | None = None,
) -> Appeal:
    """One action: the structures' answers are accepted and become the applicant's reply; whose
    they are stays with it. `text` is what the sector made of them, or they are told as given."""
    now = timezone.now()
    with hold(appeal_id) as held:
        if version is not None and version != held.version:
            raise StaleForm(
                _("A colleague saved this appeal while you were writing. Compare and save again.")
            )
        rows = Referral.objects.visible_to(by).filter(appeal_id=appeal_id, pk__in=referral_ids)
        given = list(rows.order_by("answered_at", "id"))
        if not given or len(given) < len(set(referral_ids)):
            raise NotAllowed()
        for row in given:
            if row.status not in (RStatus.ANSWERED, RStatus.TAKEN):
                raise RuleBroken(
                    "not_answered",
                    _("%(name)s has not answered yet.") % {"name": row.structure_name},
                )
        words = text.strip() or _told(given)
        source = "; ".join(source_of(row) for row in given)[:250]
        for row in given:
            if row.status == RStatus.ANSWERED:
                with referral_step(row.pk, RAction.TAKE_ANSWER, by=by, at=now) as taken:
                    taken.finished_at = now
        Referral.objects.filter(pk__in=[row.pk for row in given]).update(used_at=now)
        return close(
            appeal_id, by=by, outcome=outcome, text=words, source=source,
            told_by_phone=told_by_phone, note=note,
        )  # fmt: skip


def _told(given: Sequence[Referral]) -> str:
    if len(given) == 1:
        return given[0].answer_text
    return "\n\n".join(f"{row.structure_name}:\n{row.answer_text}" for row in given)


def rework(referral_id: int, *, by: User, reason: str, version: int | None = None) -> Referral:
    """The answer is not enough: back to the structure, counted."""
    now = timezone.now()
    with hold(appeal_of(referral_id)) as appeal:
        known = Referral.objects.select_related("structure").get(pk=referral_id)
        if not appeal.meta.is_open:
            raise RuleBroken("appeal_ended", _("The appeal has ended. Reopen it first."))
        moves = known.status == RStatus.ANSWERED and known.holds_appeal
        if moves and appeal.status == Status.ANSWERED:
            with step(appeal.pk, Action.SEND_BACK, by=by, note=reason, at=now):
                pass
        if moves and appeal.status in (Status.ANSWERED, Status.CONSIDERED):
            with step(appeal.pk, Action.REFER, by=by, at=now) as moving:
                moving.appeal.responsible = known.structure
        with referral_step(
            referral_id, RAction.REWORK, by=by, note=reason, at=now, version=version
        ) as referral:
            referral.rework_count += 1
            referral.answered_at = None
            if referral.clock is not None:
                restart(referral.clock, reason="rework", at=now)
                referral.due_at = referral.clock.due_at
    return referral


def withdraw(
    referral_id: int, *, by: User | None, reason: str, version: int | None = None
) -> Referral:
    """The sector takes the referral back, and its co-executors' parts with it."""
    now = timezone.now()
    with referral_step(
        referral_id, RAction.WITHDRAW, by=by, note=reason, at=now, version=version,
        moves=moving_to(Action.REFERRAL_RETURNED),
    ) as referral:  # fmt: skip
        for part in referral.parts.open():
            withdraw(part.pk, by=by, reason=reason)
        referral.finished_at = now
        finish(referral, by=by, at=now)
    return referral


def decide_extension(
    referral_id: int,
    *,
    by: User,
    is_granted: bool,
    note: str = "",
    version: int | None = None,
) -> Referral:
    """Grant or refuse the longer term the structure asked for; its clock follows."""
    now = timezone.now()
    with referral_step(
        referral_id, RAction.DECIDE_EXTENSION, by=by, note=note, at=now, version=version
    ) as referral:
        asked = extending.asked_of(referral.clock)
        if referral.clock is None or asked is None:
            raise RuleBroken("no_extension_asked", _("No extension is asked here."))
        extending.decide(
            referral.clock, by=by, is_granted=is_granted, note=note, at=now,
            extension_id=asked.pk,
        )  # fmt: skip
        referral.due_at = referral.clock.due_at
    return referral

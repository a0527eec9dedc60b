"""What a structure does with what was referred to it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.lifecycle import Action
from appeals.terms import stop
from callcenter.errors import NotAllowed, RuleBroken
from callcenter.text import clean
from people.models import Placement, Structure, User
from routing.actions.gate import moving_to, referral_step
from routing.lifecycle import RAction, RStatus
from routing.models import Referral


def see(referral_id: int, *, by: User) -> Referral:
    """The first look of the structure is told to the sector, once."""
    known = Referral.objects.visible_to(by).filter(pk=referral_id).first()
    if known is None:
        raise NotAllowed()
    if known.seen_at is not None or known.status != RStatus.SENT:
        return known
    now = timezone.now()
    with referral_step(referral_id, RAction.SEE, by=by, at=now) as referral:
        referral.seen_at = referral.seen_at or now
    return referral


def accept(
    referral_id: int, *, by: User, executor: User | None = None, version: int | None = None
) -> Referral:
    """The structure takes it on and names who executes; the one accepting when nobody is named."""
    now = timezone.now()
    with referral_step(referral_id, RAction.ACCEPT, by=by, at=now, version=version) as referral:
        who = executor or by
        placed = Placement.objects.on(timezone.localdate()).filter(
            user=who, structure_id=referral.structure_id, user__is_active=True
        )
        # Who accepts stands in the structure already, perhaps for somebody else.
        if who != by and not placed.exists():
            raise RuleBroken(
                "not_of_the_structure",
                _("%(name)s does not work in this structure.") % {"name": who.name},
                field="executor",
            )
        referral.executor = who
        referral.accepted_at = now
        referral.seen_at = referral.seen_at or now
    return referral


def return_referral(
    referral_id: int,
    *,
    by: User,
    reason: str,
    belongs_to: Structure | None = None,
    version: int | None = None,
) -> Referral:
    """Not ours, or not answerable as asked; back to the sector with the reason."""
    now = timezone.now()
    with referral_step(
        referral_id, RAction.RETURN, by=by, note=reason, at=now, version=version,
        moves=moving_to(Action.REFERRAL_RETURNED),
    ) as referral:  # fmt: skip
        referral.return_reason = clean(reason).strip()
        referral.belongs_to = belongs_to
        referral.finished_at = now
        if referral.clock is not None:
            stop(referral.clock, at=now)
    return referral


def draft(referral_id: int, *, by: User, text: str, version: int | None = None) -> Referral:
    """The executor's answer, for the structure's head to approve."""
    text = _answer(text)
    with referral_step(
        referral_id, RAction.DRAFT, by=by, at=timezone.now(), version=version
    ) as referral:
        referral.answer_text = text
        referral.executor = referral.executor or by
    return referral


def approve(referral_id: int, *, by: User, text: str = "", version: int | None = None) -> Referral:
    """The structure's word: the head approves the draft, or answers directly."""
    now = timezone.now()
    with referral_step(
        referral_id, RAction.APPROVE, by=by, at=now, version=version,
        moves=moving_to(Action.REFERRAL_ANSWERED),
    ) as referral:  # fmt: skip
        if text.strip():
            referral.answer_text = _answer(text)
        _answer(referral.answer_text)
        referral.approved_by = by
        referral.answered_at = now
        if referral.clock is not None:
            stop(referral.clock, at=now)
    return referral


def reject(referral_id: int, *, by: User, reason: str, version: int | None = None) -> Referral:
    """The head sends the draft back to the executor with notes."""
    with referral_step(
        referral_id, RAction.REJECT, by=by, note=reason, at=timezone.now(), version=version
    ) as referral:
        pass
    return referral


def _answer(text: str) -> str:
    text = clean(text).strip()
    if not text:
        raise RuleBroken("answer_required", _("Write the answer."), field="text")
    return text

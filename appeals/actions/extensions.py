"""A longer term for an appeal: the operator asks, the sector head decides, the applicant is told."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals import extending
from appeals.actions.gate import step
from appeals.actions.notices import owe
from appeals.kinds import NoticeReason
from appeals.lifecycle import Action
from appeals.models import Appeal, Clock, Extension
from appeals.remedies import extension_ground, how_to_appeal
from appeals.terms import answer_clock
from callcenter.errors import RuleBroken
from people.models import User


def ask_extension(
    appeal_id: int, *, by: User, quantity: int, reason: str, version: int | None = None
) -> Extension:
    """Ask the head for more working days (law 10.2), with the reason the applicant will read."""
    now = timezone.now()
    with step(
        appeal_id, Action.ASK_EXTENSION, by=by, note=reason, version=version, at=now
    ) as moving:
        extension = extending.ask(
            _clock(moving.appeal), by=by, quantity=quantity, reason=reason, at=now
        )
        moving.changes["extension_asked"] = [None, quantity]
    return extension


@transaction.atomic
def decide_extension(
    appeal_id: int,
    *,
    by: User,
    extension_id: int,
    is_granted: bool,
    note: str = "",
    version: int | None = None,
) -> Extension:
    """The head grants or refuses; a granted one moves the term on and is told to the applicant."""
    now = timezone.now()
    with step(
        appeal_id, Action.DECIDE_EXTENSION, by=by, note=note, version=version, at=now
    ) as moving:
        appeal = moving.appeal
        clock = _clock(appeal)
        extending.check_current(extending.asked_of(clock), extension_id)
        extension = extending.decide(
            clock, by=by, is_granted=is_granted, note=note, at=now, extension_id=extension_id
        )
        moving.changes["extension_decided"] = [Extension.State.ASKED.value, extension.state]
        if is_granted:
            moving.changes["extension_granted"] = [None, extension.quantity]
            appeal.due_at = clock.due_at
    assert moving.entry is not None
    if is_granted and not appeal.is_anonymous:
        owe(
            appeal, moving.entry, NoticeReason.EXTENDED,
            context={
                "reason": extension.reason,
                "ground": extension_ground(appeal),
                "how_to_appeal": how_to_appeal(appeal),
            },
        )  # fmt: skip
    return extension


def _clock(appeal: Appeal) -> Clock:
    clock = answer_clock(appeal)
    if clock is None:
        raise RuleBroken("no_term", _("This appeal has no term to extend."))
    return clock

"""What the sector does with a referral."""

from __future__ import annotations

import uuid
from typing import NoReturn

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions import hold, step
from appeals.actions.notices import owe
from appeals.kinds import NoticeReason
from appeals.lifecycle import Action, Status
from appeals.models import Appeal, Clock, TermRule
from appeals.terms import restart, start_clock, stop
from callcenter.errors import NotAllowed, RuleBroken
from callcenter.text import clean
from people.audit import audit
from people.models import Structure, User
from people.models.structure import Category
from routing.actions.gate import moving_to, referral_step
from routing.lifecycle import RAction, RStatus
from routing.models import ASKED_ONLY, Referral, ReferralKind
from routing.policies import is_complained_about

#: Working days a structure has when neither it nor the form says otherwise.
USUAL_DAYS = 10
#: Working days for forwarding what is outside the competence (law 1308-IVQ, 7.10).
OUTSIDE_DAYS = 3


class _Accused(Exception):
    """The structure turned out to be the one complained about."""


def refer(
    appeal_id: int,
    *,
    by: User | None,
    structure: Structure,
    client_id: uuid.UUID,
    kind: str = ReferralKind.EXECUTION,
    question: str = "",
    days: int | None = None,
    shares_text: bool = True,
    shares_files: bool = True,
    version: int | None = None,
) -> Referral:
    """Send to a structure with a term of its own, in working days. A complaint never goes to the
    structure complained about: the attempt is refused and journalled."""
    made = Referral.objects.filter(client_id=client_id, appeal_id=appeal_id).first()
    if made is not None:
        return made
    appeal = Appeal.objects.select_related("complained_structure").filter(pk=appeal_id)
    known = (appeal.visible_to(by) if by is not None else appeal).first()
    if known is None:
        raise NotAllowed()
    if is_complained_about(known, structure):
        _refuse(known, structure, by)
    today = timezone.localdate()
    if structure.valid_to is not None and structure.valid_to < today:
        raise RuleBroken(
            "structure_ended",
            _("%(name)s no longer exists. Choose its successor.") % {"name": structure.name},
            field="structure",
        )
    if days is not None and not 1 <= days <= 90:
        raise RuleBroken("term_range", _("Give a term of 1 to 90 working days."), field="days")
    outside = structure.category == Category.OUTSIDE
    if outside:
        kind = ReferralKind.OUTSIDE
    quantity = days or (OUTSIDE_DAYS if outside else structure.answers_within) or USUAL_DAYS
    now = timezone.now()
    try:
        with hold(appeal_id) as held:
            # A colleague may have corrected the complaint since it was read.
            if is_complained_about(held, structure):
                raise _Accused
            clock = start_clock(
                held, use=Clock.Use.REFERRAL, quantity=quantity,
                unit=TermRule.Unit.WORKING_DAYS, basis=str(ReferralKind(kind).label), at=now,
            )  # fmt: skip
            referral = Referral.objects.create(
                client_id=client_id, appeal=held, kind=kind, structure=structure,
                structure_name=structure.name_az, question=clean(question).strip(),
                shares_text=shares_text, shares_files=shares_files, clock=clock,
                due_at=clock.due_at, sent_by=by, sent_at=now,
            )  # fmt: skip
            # Asked for an opinion or a paper, the structure does not get the appeal itself.
            asked_only = kind in ASKED_ONLY
            action = Action.REFERRAL_STEP if asked_only else Action.REFER
            with step(appeal_id, action, by=by, at=now, version=version) as moving:
                moving.kind = f"referral.{RAction.SEND}"
                moving.referral_ref = referral.pk
                if not asked_only:
                    moving.appeal.responsible = structure
                moving.changes["structure"] = referral.structure_name
            assert moving.entry is not None
            if outside and not held.is_anonymous:
                owe(
                    moving.appeal, moving.entry, NoticeReason.FORWARDED,
                    context={
                        "structure": structure.name_az,
                        "forward_number": f"{held.number}/{referral.pk}",
                        "forward_date": f"{timezone.localtime(now):%d.%m.%Y}",
                    },
                )  # fmt: skip
    except _Accused:
        _refuse(known, structure, by)
    except IntegrityError:
        made = Referral.objects.filter(client_id=client_id, appeal_id=appeal_id).first()
        if made is None:
            raise
        return made
    return referral


def _refuse(appeal: Appeal, structure: Structure, by: User | None) -> NoReturn:
    audit(
        "refused.referral",
        by=by,
        object_kind="appeal",
        object_ref=appeal.pk,
        detail={"structure": structure.code, "rule": "594-1.1.2"},
    )
    with step(appeal.pk, Action.TOUCH, by=by) as moving:
        moving.kind = "referral.refused"
        moving.changes["structure"] = structure.name_az
    raise RuleBroken(
        "complained_about",
        _("A complaint is not sent to the structure it complains about: %(name)s.")
        % {"name": structure.name},
        field="structure",
    )


def take_answer(referral_id: int, *, by: User, version: int | None = None) -> Referral:
    """The sector accepts the structure's answer; it becomes the applicant's when closing."""
    now = timezone.now()
    with referral_step(
        referral_id, RAction.TAKE_ANSWER, by=by, at=now, version=version
    ) as referral:
        referral.finished_at = now
    return referral


def rework(referral_id: int, *, by: User, reason: str, version: int | None = None) -> Referral:
    """The answer is not enough: back to the structure, counted."""
    now = timezone.now()
    with hold(_appeal_of(referral_id)) as appeal:
        known = Referral.objects.select_related("structure").get(pk=referral_id)
        if not appeal.meta.is_open:
            raise RuleBroken("appeal_ended", _("The appeal has ended. Reopen it first."))
        moves = known.status == RStatus.ANSWERED and known.kind not in ASKED_ONLY
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
    """The sector takes the referral back."""
    now = timezone.now()
    with referral_step(
        referral_id, RAction.WITHDRAW, by=by, note=reason, at=now, version=version,
        moves=moving_to(Action.REFERRAL_RETURNED),
    ) as referral:  # fmt: skip
        referral.finished_at = now
        if referral.clock is not None:
            stop(referral.clock, at=now)
    return referral


def _appeal_of(referral_id: int) -> int:
    found = Referral.objects.filter(pk=referral_id).values_list("appeal_id", flat=True).first()
    if found is None:
        raise NotAllowed()
    return found

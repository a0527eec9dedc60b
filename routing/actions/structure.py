"""What a structure does with what was referred to it."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appeals import extending
from appeals.actions import attach
from appeals.lifecycle import Action
from appeals.models import Attachment
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from callcenter.kept_words import kept
from callcenter.text import clean
from people.audit import audit
from people.models import Placement, Structure, User
from routing.actions.answering import checked_answer, finish
from routing.actions.drafts import drop_drafts
from routing.actions.ended import ended_words
from routing.actions.gate import moving_to, referral_step
from routing.actions.sector import withdraw
from routing.guard import is_accused
from routing.lifecycle import RAction, RStatus
from routing.models import Referral, ReferralKind, ReturnGround
from routing.policies import may
from routing.terms import allowance

NOT_AWAITED = gettext_lazy("The main executor answered without waiting (%(name)s).")


def see(referral_id: int, *, by: User) -> Referral:
    """The first look of the structure is told to the sector, once; what was sent for information
    ends with it."""
    known = Referral.objects.visible_to(by).filter(pk=referral_id).first()
    if known is None:
        raise NotAllowed()
    if known.seen_at is not None or known.status != RStatus.SENT:
        return known
    now = timezone.now()
    is_read = known.kind == ReferralKind.INFORMATION
    action = RAction.READ if is_read else RAction.SEE
    try:
        with referral_step(referral_id, action, by=by, at=now) as referral:
            referral.seen_at = referral.seen_at or now
            if is_read:
                referral.finished_at = now
                finish(referral, by=by, at=now)
    except AlreadyDone:
        # A colleague opened it in the same second: it is read all the same.
        return Referral.objects.get(pk=referral_id)
    return referral


def accept(
    referral_id: int, *, by: User, executor: User | None = None, version: int | None = None
) -> Referral:
    """The structure takes it on and names who executes; the one accepting when nobody is named."""
    now = timezone.now()
    _check_executor(referral_id, executor, by)
    with referral_step(referral_id, RAction.ACCEPT, by=by, at=now, version=version) as referral:
        referral.executor = _of_the_structure(referral, executor or by, by)
        referral.accepted_at = now
        referral.seen_at = referral.seen_at or now
    return referral


def accept_many(
    versions: Mapping[int, int], *, by: User, executor: User | None = None
) -> tuple[list[Referral], dict[int, RuleBroken]]:
    """Accept each on its own: what a colleague took meanwhile is told, the rest is accepted."""
    accepted: list[Referral] = []
    refused: dict[int, RuleBroken] = {}
    for referral_id, version in sorted(versions.items()):
        try:
            accepted.append(accept(referral_id, by=by, executor=executor, version=version))
        except RuleBroken as broken:
            refused[referral_id] = broken
    return accepted, refused


def assign(referral_id: int, *, by: User, executor: User, version: int | None = None) -> Referral:
    """Another of the structure executes; also when the one named has left."""
    _check_executor(referral_id, executor, by)
    with referral_step(
        referral_id, RAction.ASSIGN, by=by, at=timezone.now(), version=version
    ) as referral:
        if referral.executor_id == executor.pk:
            raise AlreadyDone(
                _("%(name)s executes it already.") % {"name": executor.name}, field="executor"
            )
        referral.executor = _of_the_structure(referral, executor, by)
    return referral


def _check_executor(referral_id: int, executor: User | None, by: User) -> None:
    """Code of Administrative Offences 594-1.1.2: nobody considers a complaint about oneself. The
    attempt to name the accused is written down."""
    if executor is None:
        return
    known = Referral.objects.visible_to(by).select_related("appeal").filter(pk=referral_id).first()
    if known is None or not is_accused(known.appeal, executor):
        return
    audit(
        "refused.executor", by=by, object_kind="referral", object_ref=referral_id,
        detail={"user": executor.pk, "rule": "594-1.1.2"},
    )  # fmt: skip
    raise _accused(executor)


def _accused(executor: User) -> RuleBroken:
    return RuleBroken(
        "complained_about",
        _("%(name)s is complained about here and cannot execute it. Choose another.")
        % {"name": executor.name},
        field="executor",
    )


def _of_the_structure(referral: Referral, who: User, by: User) -> User:
    placed = Placement.objects.on(timezone.localdate()).filter(
        user=who, structure_id=referral.structure_id, user__is_active=True
    )
    # The complaint may have been corrected since the form was opened.
    if is_accused(referral.appeal, who):
        raise _accused(who)
    # Who accepts stands in the structure already, perhaps for somebody else.
    if who != by and not placed.exists():
        raise RuleBroken(
            "not_of_the_structure",
            _("%(name)s does not work in this structure.") % {"name": who.name},
            field="executor",
        )
    return who


def return_referral(
    referral_id: int,
    *,
    by: User,
    reason: str,
    ground: str = "",
    belongs_to: Structure | None = None,
    version: int | None = None,
) -> Referral:
    """Not ours, or not answerable as asked; back to the sector with the reason. "Not our
    competence" says whose it is, so that the sector reroutes it in one action."""
    ground = ground or (ReturnGround.NOT_OURS if belongs_to is not None else ReturnGround.OTHER)
    now = timezone.now()
    with referral_step(
        referral_id, RAction.RETURN, by=by, note=reason, at=now, version=version,
        moves=moving_to(Action.REFERRAL_RETURNED),
    ) as referral:  # fmt: skip
        if ground == ReturnGround.NOT_OURS:
            _check_whose(referral, belongs_to)
        elif belongs_to is not None:
            raise RuleBroken(
                "ground_mismatch",
                _("Whose it is, is named only when it is not your competence."),
                field="belongs_to",
            )
        referral.return_ground = ground
        referral.return_reason = clean(reason).strip()
        referral.belongs_to = belongs_to
        referral.finished_at = now
        finish(referral, by=by, at=now)
    return referral


def _check_whose(referral: Referral, belongs_to: Structure | None) -> None:
    if belongs_to is None:
        raise RuleBroken(
            "belongs_to_required",
            _("Name the structure whose competence it is."),
            field="belongs_to",
        )
    if belongs_to.pk == referral.structure_id:
        raise RuleBroken(
            "same_structure", _("This is your own structure; name another."), field="belongs_to"
        )
    today = timezone.localdate()
    if belongs_to.valid_to is not None and belongs_to.valid_to < today:
        raise RuleBroken(
            "structure_ended",
            ended_words(belongs_to),
            field="belongs_to",
        )


def ask_extension(
    referral_id: int, *, by: User, days: int, reason: str, version: int | None = None
) -> Referral:
    """A longer term on the referral's own clock; the sector decides."""
    now = timezone.now()
    with referral_step(
        referral_id, RAction.ASK_EXTENSION, by=by, note=reason, at=now, version=version
    ) as referral:
        if referral.clock is None:
            raise RuleBroken("no_extension", _("This referral has no term."))
        extending.ask(
            referral.clock, by=by, quantity=days, reason=reason, at=now, given=allowance()
        )
    return referral


def draft(referral_id: int, *, by: User, text: str, version: int | None = None) -> Referral:
    """The executor's answer, for the structure's head to approve."""
    text = checked_answer(text)
    with referral_step(
        referral_id, RAction.DRAFT, by=by, at=timezone.now(), version=version
    ) as referral:
        referral.answer_text = text
        referral.executor = referral.executor or by
        drop_drafts(referral_id, by=by)
    return referral


def answer(referral_id: int, *, by: User, text: str, version: int | None = None) -> Referral:
    """An opinion given at once, without approval: the caller may still be on the line."""
    text = checked_answer(text)
    now = timezone.now()
    with referral_step(
        referral_id, RAction.ANSWER, by=by, at=now, version=version,
        moves=moving_to(Action.REFERRAL_ANSWERED),
    ) as referral:  # fmt: skip
        referral.answer_text = text
        referral.executor = referral.executor or by
        referral.accepted_at = referral.accepted_at or now
        referral.seen_at = referral.seen_at or now
        referral.answered_at = now
        finish(referral, by=by, at=now)
        drop_drafts(referral_id, by=by)
    return referral


def approve(
    referral_id: int,
    *,
    by: User,
    text: str = "",
    without_parts: bool = False,
    version: int | None = None,
) -> Referral:
    """The structure's word: the head approves the draft, or answers directly. A main executor
    answers after its co-executors, or says that it does not wait for them."""
    now = timezone.now()
    with referral_step(
        referral_id, RAction.APPROVE, by=by, at=now, version=version,
        moves=moving_to(Action.REFERRAL_ANSWERED),
    ) as referral:  # fmt: skip
        if text.strip():
            referral.answer_text = checked_answer(text)
        checked_answer(referral.answer_text)
        _end_parts(referral, by, without_parts)
        referral.approved_by = by
        referral.answered_at = now
        finish(referral, by=by, at=now)
        drop_drafts(referral_id, by=by)
    return referral


def _end_parts(referral: Referral, by: User, without_parts: bool) -> None:
    waited = list(referral.parts.open()) if referral.kind == ReferralKind.JOINT else []
    if not waited:
        return
    if not without_parts:
        raise RuleBroken(
            "parts_open",
            _("Co-executors have not contributed yet: %(names)s.")
            % {"names": ", ".join(part.structure_name for part in waited)},
            field="without_parts",
        )
    for part in waited:
        reason = kept(NOT_AWAITED, name=by.name)
        withdraw(part.pk, by=None, reason=reason)


def reject(referral_id: int, *, by: User, reason: str, version: int | None = None) -> Referral:
    """The head sends the draft back to the executor with notes."""
    with referral_step(
        referral_id, RAction.REJECT, by=by, note=reason, at=timezone.now(), version=version
    ) as referral:
        pass
    return referral


def attach_to_answer(referral_id: int, *, by: User, upload: File) -> Attachment:
    """A file of the answer being written; it belongs to the referral, and goes out with it."""
    known = Referral.objects.visible_to(by).select_related("appeal").filter(pk=referral_id).first()
    if known is None or not _writes(by, known):
        raise NotAllowed()
    return attach(
        known.appeal_id, by=by, upload=upload, origin=Attachment.Origin.STRUCTURE,
        referral_ref=referral_id,
    )  # fmt: skip


def _writes(by: User, referral: Referral) -> bool:
    """Whoever may write the answer, or is about to approve it, adds files to it."""
    return any(may(by, each, referral) for each in (RAction.DRAFT, RAction.ANSWER, RAction.APPROVE))

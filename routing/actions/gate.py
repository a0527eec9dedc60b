"""The gate of a referral: the appeal is locked first, then the referral; one journal for both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from appeals.actions import hold, step
from appeals.journal import digest
from appeals.lifecycle import Action, Status
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.models import User
from routing.lifecycle import RACTIONS, RSTATUSES, RAction, RStatus
from routing.models import ASKED_ONLY, Referral
from routing.policies import reaches

SAVED = (
    "status", "executor", "seen_at", "accepted_at", "answered_at", "finished_at", "answer_text",
    "approved_by", "return_reason", "belongs_to", "rework_count", "version", "due_at",
)  # fmt: skip


@contextmanager
def referral_step(
    referral_id: int,
    action: RAction,
    *,
    by: User | None,
    note: str = "",
    at: dt.datetime,
    version: int | None = None,
    moves: Callable[[Referral], Action] | None = None,
) -> Iterator[Referral]:
    """Checks, body, save, journal entry `referral.<action>`. `moves` says, with the appeal held,
    which step of the appeal this is; without it the appeal stays where it is."""
    appeal_id = Referral.objects.filter(pk=referral_id).values_list("appeal_id", flat=True).first()
    if appeal_id is None:
        raise NotAllowed()
    with hold(appeal_id):
        referral = (
            Referral.objects.select_for_update(of=("self",))
            .select_related("appeal", "structure")
            .get(pk=referral_id)
        )
        _check(referral, action, by=by, note=note, version=version)
        before = referral.status
        appeal_action = moves(referral) if moves is not None else Action.REFERRAL_STEP
        yield referral
        target = RACTIONS[action].to
        if target is not None:
            referral.status = str(target)
        referral.version += 1
        referral.save(update_fields=SAVED)
        with step(appeal_id, appeal_action, by=by, note=note, at=at) as moving:
            moving.kind = f"referral.{action}"
            moving.referral_ref = referral.pk
            if action in (RAction.DRAFT, RAction.APPROVE):
                moving.personal_digest = digest(referral.answer_text)
            moving.changes["structure"] = referral.structure_name
            if before != referral.status:
                moving.changes["referral_status"] = [before, referral.status]
            if appeal_action is Action.REFERRAL_ANSWERED:
                moving.appeal.answer_text = referral.answer_text
            if appeal_action is Action.REFERRAL_RETURNED:
                moving.appeal.responsible = None


def moving_to(action: Action) -> Callable[[Referral], Action]:
    """The appeal moves with its last open referral for execution; until then it stays."""

    def moves(referral: Referral) -> Action:
        others = Referral.objects.open().filter(appeal_id=referral.appeal_id)
        others = others.exclude(pk=referral.pk).exclude(kind__in=ASKED_ONLY)
        stays = (
            referral.kind in ASKED_ONLY
            or referral.appeal.status != Status.REFERRED
            or others.exists()
        )
        return Action.REFERRAL_STEP if stays else action

    return moves


def _check(
    referral: Referral, action: RAction, *, by: User | None, note: str, version: int | None
) -> None:
    meta = RACTIONS[action]
    if by is not None and not Referral.objects.filter(pk=referral.pk).visible_to(by).exists():
        raise NotAllowed()
    # Who may never do this learns nothing of where the referral stands.
    if not reaches(by, action, referral):
        raise NotAllowed()
    status = RStatus(referral.status)
    if meta.to is not None and status == meta.to and status not in meta.starts:
        last = referral.appeal.entries.filter(
            referral_ref=referral.pk, kind=f"referral.{action}"
        ).last()
        raise AlreadyDone(
            _("%(status)s by %(name)s.")
            % {"status": RSTATUSES[status].label, "name": last.actor_name if last else "—"}
        )
    if status not in meta.starts:
        raise RuleBroken(
            "not_possible",
            _("“%(action)s” is not possible while the referral is “%(status)s”.")
            % {"action": meta.label, "status": RSTATUSES[status].label},
        )
    if version is not None and version != referral.version:
        raise StaleForm(_("A colleague saved this referral while you were writing."))
    if meta.needs_note and not note.strip():
        raise RuleBroken("note_required", _("Give the reason."), field="note")

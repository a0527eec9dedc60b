"""The gate of a referral: the appeal is locked first, then the referral; one journal for both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions import hold, step
from appeals.journal import digest
from appeals.lifecycle import Action, Status
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.models import User
from routing.lifecycle import RACTIONS, RSTATUSES, RAction, RStatus
from routing.models import Referral
from routing.policies import reaches, sees_referral

SAVED = (
    "status", "executor", "seen_at", "accepted_at", "answered_at", "finished_at", "answer_text",
    "approved_by", "return_ground", "return_reason", "belongs_to", "rework_count", "version",
    "due_at", "answer_source", "used_at", "letter_number", "letter_on", "main", "structure",
)  # fmt: skip

WRITES_ANSWER = (RAction.DRAFT, RAction.ANSWER, RAction.APPROVE, RAction.RECORD_ANSWER)


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
    with hold(appeal_of(referral_id)) as appeal:
        rows = Referral.objects.select_for_update(of=("self",)).select_related("clock")
        referral = rows.get(pk=referral_id)
        referral.appeal = appeal
        _check(referral, action, by=by, note=note, version=version)
        before, holder = referral.status, referral.structure_id
        appeal_action = moves(referral) if moves is not None else Action.REFERRAL_STEP
        yield referral
        target = RACTIONS[action].to
        if target is not None:
            referral.status = str(target)
        referral.version += 1
        referral.save(update_fields=SAVED)
        with step(appeal.pk, appeal_action, by=by, note=note, at=at, held=appeal) as moving:
            moving.kind = f"referral.{action}"
            moving.referral_ref, moving.about = referral.pk, referral
            if action in WRITES_ANSWER:
                moving.personal_digest = digest(referral.answer_text)
            moving.changes["structure"] = referral.structure_name
            if before != referral.status:
                moving.changes["referral_status"] = [before, referral.status]
            if holder != referral.structure_id:
                moving.changes["heir"] = [None, referral.structure.name_az]
                if moving.appeal.responsible_id == holder and referral.holds_appeal:
                    moving.appeal.responsible = referral.structure
            if appeal_action is Action.REFERRAL_ANSWERED:
                moving.appeal.answer_text, moving.appeal.answer_source = combined(referral)
            if action in (RAction.RETURN, RAction.WITHDRAW) and (
                appeal_action is Action.REFERRAL_RETURNED
            ):
                moving.appeal.responsible = None


def appeal_of(referral_id: int) -> int:
    """The appeal to lock before the referral itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT appeal_id FROM routing_referral WHERE id = %s", [referral_id])
        found = cursor.fetchone()
    if found is None:
        raise NotAllowed()
    return int(found[0])


def moving_to(action: Action) -> Callable[[Referral], Action]:
    """The appeal moves with its last open referral for execution; until then it stays."""

    def moves(referral: Referral) -> Action:
        if not referral.holds_appeal or referral.appeal.status != Status.REFERRED:
            return Action.REFERRAL_STEP
        stays = any(row.is_open for row in _beside(referral))
        return Action.REFERRAL_STEP if stays else action

    return moves


def _beside(referral: Referral) -> list[Referral]:
    """The others the appeal was given with, as they stood when the step began: all are locked by it."""
    kept: list[Referral] | None = getattr(referral, "_beside", None)
    if kept is None:
        rows = Referral.objects.holding().filter(appeal_id=referral.appeal_id)
        kept = list(rows.exclude(pk=referral.pk).order_by("answered_at", "id"))
        referral._beside = kept
    return kept


def combined(last: Referral) -> tuple[str, str]:
    """The answers of all who executed, and whose they are: what the applicant may be told."""
    given = (row for row in _beside(last) if row.status in (RStatus.ANSWERED, RStatus.TAKEN))
    answers = [*given, last]
    if len(answers) == 1:
        return last.answer_text, source_of(last)
    text = "\n\n".join(f"{row.structure_name}:\n{row.answer_text}" for row in answers)
    return text, "; ".join(source_of(row) for row in answers)[:250]


def source_of(referral: Referral) -> str:
    """Whose answer it is, by which paper when it came on one, and of which day."""
    day = timezone.localdate(referral.answered_at) if referral.answered_at else None
    parts = [referral.structure_name, referral.answer_source, f"{day:%d.%m.%Y}" if day else ""]
    return ", ".join(part for part in parts if part)[:250]


def _check(
    referral: Referral, action: RAction, *, by: User | None, note: str, version: int | None
) -> None:
    meta = RACTIONS[action]
    if by is not None and not sees_referral(by, referral):
        raise NotAllowed()
    # Who may never do this learns nothing of where the referral stands.
    if not reaches(by, action, referral):
        raise NotAllowed()
    status = RStatus(referral.status)
    if referral.kind not in meta.kinds:
        raise RuleBroken(
            "not_of_this_kind",
            _("“%(action)s” does not go with “%(kind)s”.")
            % {"action": meta.label, "kind": referral.get_kind_display()},
        )
    if meta.to is not None and status == meta.to and status not in meta.starts:
        raise AlreadyDone(_done_words(referral, status))
    if status not in meta.starts:
        raise RuleBroken(
            "not_possible",
            _("“%(action)s” is not possible while the referral is “%(status)s” (%(last)s).")
            % {"action": meta.label, "status": RSTATUSES[status].label, "last": _last(referral)},
        )
    if version is not None and version != referral.version:
        raise StaleForm(
            _("A colleague saved this referral while you were writing: %(last)s.")
            % {"last": _last(referral)}
        )
    if meta.needs_note and not note.strip():
        raise RuleBroken("note_required", _("Give the reason."), field="note")


def _last(referral: Referral) -> str:
    """Who took the last step, and when."""
    entry = referral.appeal.entries.filter(referral_ref=referral.pk).order_by("-id").first()
    if entry is None:
        return "–"
    return f"{entry.actor_name}, {timezone.localtime(entry.at):%H:%M}"


def _done_words(referral: Referral, status: RStatus) -> str:
    """Who brought it to where it stands, by whichever step leads there."""
    kinds = [f"referral.{action}" for action, meta in RACTIONS.items() if meta.to == status]
    entries = referral.appeal.entries.filter(referral_ref=referral.pk, kind__in=kinds)
    last = entries.order_by("-id").first()
    if last is None:
        return _("This was already done.")
    return _("%(status)s by %(name)s at %(time)s.") % {
        "status": RSTATUSES[status].label,
        "name": last.actor_name,
        "time": f"{timezone.localtime(last.at):%H:%M}",
    }

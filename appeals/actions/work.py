"""The sector's own work on an appeal between registration and its end."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions.gate import step
from appeals.actions.notices import owe
from appeals.alerting import about
from appeals.journal import digest
from appeals.kinds import Kind, NoticeReason
from appeals.lifecycle import Action
from appeals.mentions import call_named
from appeals.models import Appeal, Note, TermRule
from appeals.steps import done
from appeals.terms import answer_clock, follow_kind, turn
from callcenter.errors import RuleBroken
from callcenter.text import clean
from people.alerts import tell
from people.models import Role, User

CORRECTABLE = (
    "kind", "inquiry_sort", "needs_study", "topic_id", "text", "channel", "language", "region_id",
    "applicant_id", "complained_structure_id", "complained_official", "complained_user_id",
    "is_restricted", "is_corruption",
)  # fmt: skip


def take(appeal_id: int, *, by: User, version: int | None = None) -> Appeal:
    """The operator considers the appeal and becomes its owner."""
    with step(appeal_id, Action.TAKE, by=by, version=version) as moving:
        moving.appeal.owner = by
    return moving.appeal


def assign(appeal_id: int, *, by: User | None, to: User, version: int | None = None) -> Appeal:
    """The head distributes work among the sector's people (charter 5.4.2)."""
    if to.role not in (Role.OPERATOR, Role.SECTOR_HEAD) or not to.is_active:
        raise RuleBroken(
            "not_of_the_sector", _("Work is given only to people of the sector."), field="to"
        )
    with step(appeal_id, Action.ASSIGN, by=by, version=version) as moving:
        moving.appeal.owner = to
        tell(to, "appeal.given", by=by, **about(moving.appeal))
    return moving.appeal


def correct(
    appeal_id: int,
    *,
    by: User,
    values: Mapping[str, object],
    version: int | None = None,
    note: str = "",
) -> Appeal:
    """Put right what was registered; the journal tells old and new. A term follows its kind."""
    unknown = set(values) - set(CORRECTABLE)
    if unknown:
        raise ValueError(f"not correctable: {sorted(unknown)}")
    with step(appeal_id, Action.CORRECT, by=by, version=version, note=note) as moving:
        appeal = moving.appeal
        for name, value in values.items():
            setattr(appeal, name, clean(value).strip() if isinstance(value, str) else value)
        if not appeal.text:
            raise RuleBroken("text_required", _("Write what the appeal is about."), field="text")
        if appeal.kind != Kind.COMPLAINT and appeal.complained_structure_id is not None:
            raise RuleBroken(
                "not_a_complaint",
                _("Only a complaint names whom it complains about."),
                field="complained_structure",
            )
        if appeal.is_corruption:
            appeal.is_restricted = True
        if appeal.applicant_id is not None:
            appeal.is_anonymous = False
        if {"kind", "inquiry_sort", "needs_study", "applicant_id"} & set(values):
            follow_kind(appeal)
    return moving.appeal


def note(appeal_id: int, *, by: User, text: str, version: int | None = None) -> Note:
    """An internal note: seen by the sector, never by the applicant or a structure. Whoever it names
    by @ is told."""
    text = clean(text).strip()
    if not text:
        raise RuleBroken("text_required", _("Write the note."), field="text")
    with step(appeal_id, Action.NOTE, by=by, version=version) as moving:
        moving.personal_digest = digest(text)
        moving.is_internal = True
        call_named(moving.appeal, text, by=by)
    assert moving.entry is not None
    return Note.objects.create(appeal=moving.appeal, entry=moving.entry, text=text, by=by)


@transaction.atomic
def ask_applicant(
    appeal_id: int,
    *,
    by: User,
    question: str,
    are_defects: bool = False,
    version: int | None = None,
) -> Appeal:
    """Something only the applicant knows is missing: the term stands until the reply.

    The defects of an information request are told in a notice, within a term of their own (law
    1024-IIQ, 24.4).
    """
    now = timezone.now()
    with step(
        appeal_id, Action.ASK_APPLICANT, by=by, note=question, version=version, at=now
    ) as moving:
        clock = answer_clock(moving.appeal)
        if clock is not None:
            turn(clock, running=False, reason="waiting_for_applicant", at=now)
        if are_defects:
            if not moving.appeal.inquiry_sort:
                raise RuleBroken(
                    "not_a_request",
                    _("Defects are told only of an information request."),
                    field="are_defects",
                )
            done(moving.appeal, TermRule.Step.DEFECTS, at=now)
    assert moving.entry is not None
    if are_defects and not moving.appeal.is_anonymous:
        owe(moving.appeal, moving.entry, NoticeReason.DEFECTS, context={"reason": question})
    return moving.appeal


def applicant_replied(
    appeal_id: int, *, by: User | None, reply: str, version: int | None = None
) -> Appeal:
    """The applicant replied: the term runs again for what was left of it."""
    now = timezone.now()
    with step(
        appeal_id, Action.APPLICANT_REPLIED, by=by, note=reply, version=version, at=now
    ) as moving:
        clock = answer_clock(moving.appeal)
        if clock is not None:
            turn(clock, running=True, reason="applicant_replied", at=now)
            moving.appeal.due_at = clock.due_at
    return moving.appeal


def answer(
    appeal_id: int, *, by: User, text: str, source: str = "", version: int | None = None
) -> Appeal:
    """The sector's own answer; it is checked before the applicant is told."""
    text = clean(text).strip()
    if not text:
        raise RuleBroken("answer_required", _("Write the answer."), field="text")
    with step(appeal_id, Action.ANSWER, by=by, note=_("Answer"), version=version) as moving:
        moving.note = ""
        moving.appeal.answer_text = text
        moving.appeal.answer_source = clean(source).strip()[:250]
        moving.personal_digest = digest(text)
    return moving.appeal


def send_back(appeal_id: int, *, by: User, reason: str, version: int | None = None) -> Appeal:
    """The answer does not satisfy whoever checks it: the work goes on."""
    with step(appeal_id, Action.SEND_BACK, by=by, note=reason, version=version) as moving:
        pass
    return moving.appeal

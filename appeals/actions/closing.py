"""How an appeal ends, and how it comes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions.asking import MARK, ask, ask_later, forget_asked
from appeals.actions.gate import Step, hold, step
from appeals.actions.notices import owe
from appeals.endings import finish
from appeals.extending import drop_asked
from appeals.journal import digest
from appeals.kinds import NoticeReason
from appeals.lifecycle import ACTIONS, Action
from appeals.models import Appeal, Ground, Outcome, TermRule
from appeals.policies import may
from appeals.remedies import basis_words, check_ground, ground_words, how_to_appeal
from appeals.signals import caller_answered
from appeals.steps import step_rule, stop_steps
from appeals.terms import answer_clock, restart, stop
from callcenter.errors import RuleBroken
from callcenter.kept_words import kept
from callcenter.text import clean
from callcenter.worktime import Term, due_with_segments
from people.calendar import working_calendar
from people.models import User

WITHDRAWN = "withdrawn"


@contextmanager
def ending(
    appeal_id: int,
    action: Action,
    *,
    by: User | None,
    note: str,
    version: int | None,
    at: dt.datetime,
) -> Iterator[Step]:
    """A step that ends the appeal: what still runs elsewhere ends first, for the same reason."""
    with hold(appeal_id) as held:
        if may(by, action, held) and version in (None, held.version):
            finish(held, by=by, reason=note, at=at)
            version = None
        with step(appeal_id, action, by=by, note=note, version=version, at=at, held=held) as moving:
            yield moving
            moving.appeal.closed_at = at
            clock = answer_clock(moving.appeal)
            if clock is not None:
                stop(clock, at=at)
                drop_asked(clock, by=by, at=at, note=kept(ACTIONS[action].past))
            stop_steps(moving.appeal, at=at)


@transaction.atomic
def close(
    appeal_id: int,
    *,
    by: User | None,
    outcome: Outcome | None,
    text: str = "",
    source: str = "",
    told_by_phone: bool = False,
    version: int | None = None,
    note: str = "",
) -> Appeal:
    """Tell the applicant the answer and close with an outcome."""
    if outcome is None:
        raise RuleBroken("outcome_required", _("Choose the outcome."), field="outcome")
    text = clean(text).strip()
    now = timezone.now()
    with ending(appeal_id, Action.CLOSE, by=by, version=version, at=now, note=note) as moving:
        appeal = moving.appeal
        if text:
            appeal.answer_text = text
            appeal.answer_source = clean(source).strip()[:250]
        if not appeal.answer_text:
            raise RuleBroken("answer_required", _("Write the answer."), field="text")
        check_ground(outcome, appeal.answer_source)
        appeal.outcome = outcome
        moving.personal_digest = digest(appeal.answer_text)
        appeal.answered_at = appeal.answered_at or now
    assert moving.entry is not None
    if not appeal.is_anonymous:
        ask(appeal, moving.entry)
        refuses = outcome.refuses
        owe(
            appeal, moving.entry, NoticeReason.ANSWERED, told_by=by if told_by_phone else None,
            channel="phone" if told_by_phone else "", in_writing=refuses,
            context={
                "ground": basis_words(appeal.answer_source, appeal.language) if refuses else "",
                "how_to_appeal": how_to_appeal(appeal, outcome),
                "rating_link": MARK,
            },
        )  # fmt: skip
        if told_by_phone:
            ask_later(appeal, moving.entry)
    caller_answered.send(sender=Appeal, appeal=appeal, entry=moving.entry)
    return appeal


def withdraw(appeal_id: int, *, by: User, reason: str, version: int | None = None) -> Appeal:
    """The applicant takes the appeal back (law.md 2.6)."""
    now = timezone.now()
    with ending(appeal_id, Action.WITHDRAW, by=by, note=reason, version=version, at=now) as moving:
        moving.appeal.outcome = Outcome.objects.get(code=WITHDRAWN)
    return moving.appeal


@transaction.atomic
def leave(
    appeal_id: int,
    *,
    by: User,
    ground: Ground,
    reason: str,
    told_by_phone: bool = False,
    version: int | None = None,
) -> Appeal:
    """Left without consideration on a legal ground (law 8.1). The applicant is told the ground,
    the reason and how to appeal: at once when told by phone, otherwise within the term of the
    rule; an anonymous one is not."""
    now = timezone.now()
    with ending(appeal_id, Action.LEAVE, by=by, note=reason, version=version, at=now) as moving:
        moving.appeal.ground = ground
    appeal = moving.appeal
    assert moving.entry is not None
    if not appeal.is_anonymous:
        owe(
            appeal, moving.entry, NoticeReason.LEFT,
            context={
                "ground": ground_words(ground, appeal.language),
                "reason": reason,
                "how_to_appeal": how_to_appeal(appeal, ground),
            },
            channel="phone" if told_by_phone else "",
            told_by=by if told_by_phone else None,
            due_at=_left_notice_due(appeal, now),
        )  # fmt: skip
    return appeal


def _left_notice_due(appeal: Appeal, at: dt.datetime) -> dt.datetime | None:
    rule = step_rule(appeal, TermRule.Step.LEFT, timezone.localdate(at))
    if rule is None:
        return None
    return due_with_segments(working_calendar(), Term(rule.quantity, rule.unit), at, ())


@transaction.atomic
def reopen(appeal_id: int, *, by: User, reason: str, version: int | None = None) -> Appeal:
    """New facts, a dissatisfied applicant, or a ground that fell away (DIN 7.3); the applicant is
    told that the appeal is considered again."""
    now = timezone.now()
    with step(appeal_id, Action.REOPEN, by=by, note=reason, version=version, at=now) as moving:
        appeal = moving.appeal
        if appeal.ground is not None and not appeal.ground.can_reopen:
            raise RuleBroken(
                "ground_stays",
                _("The ground “%(ground)s” does not fall away: the appeal stays as it is.")
                % {"ground": appeal.ground.name},
            )
        if appeal.joined_to_id is not None:
            appeal.joined_to = None
            appeal.sub_number = ""
        appeal.closed_at = None
        appeal.answered_at = None
        appeal.outcome = None
        appeal.ground = None
        appeal.joined_to = None
        appeal.is_first_contact = False
        appeal.reopened_count += 1
        forget_asked(appeal)
        clock = answer_clock(appeal)
        if clock is not None:
            restart(clock, reason="reopened", at=now)
            appeal.due_at = clock.due_at
    assert moving.entry is not None
    if not appeal.is_anonymous:
        owe(appeal, moving.entry, NoticeReason.REOPENED, context={"reason": reason})
    return appeal

"""What leaves the inbox: letters to outside bodies, and answers that come on paper or through
document circulation (charter 4.0.9)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions.notices import owe
from appeals.kinds import NoticeReason
from appeals.lifecycle import Action
from appeals.models import Appeal, TermRule
from appeals.remedies import how_to_appeal, legal_ground
from appeals.steps import done, step_rule
from callcenter.errors import RuleBroken
from callcenter.text import clean
from people.models import User
from routing.actions.answering import checked_answer, finish
from routing.actions.gate import moving_to, referral_step
from routing.lifecycle import RAction
from routing.models import Referral


@transaction.atomic
@transaction.atomic
def forward(
    referral_id: int,
    *,
    by: User | None,
    letter_number: str,
    letter_on: dt.date | None = None,
    version: int | None = None,
) -> Referral:
    """The letter went out: the applicant is told its number and date (law 1308-IVQ, 7.10; the
    right to them, DIN-29683 6.1). The outside body answers the applicant itself."""
    letter_number = clean(letter_number).strip()
    now = timezone.now()
    day = letter_on or timezone.localdate(now)
    with referral_step(
        referral_id, RAction.FORWARD, by=by, at=now, version=version,
        moves=moving_to(Action.REFERRAL_RETURNED),
    ) as referral:  # fmt: skip
        _check_letter(referral, letter_number, day)
        referral.letter_number, referral.letter_on = letter_number, day
        referral.finished_at = now
        finish(referral, by=by, at=now)
    appeal = Appeal.objects.get(pk=referral.appeal_id)
    done(appeal, TermRule.Step.FORWARD, at=now)
    if not appeal.is_anonymous:
        rule = step_rule(appeal, TermRule.Step.FORWARD, timezone.localdate(appeal.registered_at))
        entry = appeal.entries.filter(referral_ref=referral.pk).order_by("-sequence").first()
        assert entry is not None
        owe(
            appeal, entry, NoticeReason.FORWARDED,
            context={
                "structure": referral.structure_name,
                "forward_number": letter_number,
                "forward_date": f"{day:%d.%m.%Y}",
                "ground": legal_ground(rule.source, appeal.language) if rule else "",
                "how_to_appeal": how_to_appeal(appeal),
            },
        )  # fmt: skip
    return referral


def _check_letter(referral: Referral, letter_number: str, day: dt.date) -> None:
    if not letter_number:
        raise RuleBroken(
            "letter_number_required", _("Write the number of the letter."), field="letter_number"
        )
    if len(letter_number) > 60:
        raise RuleBroken(
            "text_too_long",
            _("The text is longer than %(longest)d characters.") % {"longest": 60},
            field="letter_number",
        )
    first = timezone.localdate(referral.appeal.registered_at)
    if not first <= day <= timezone.localdate():
        raise RuleBroken(
            "letter_date",
            _("The letter is dated between the registration of the appeal and today."),
            field="letter_on",
        )


def record_answer(
    referral_id: int,
    *,
    by: User | None,
    text: str,
    source: str = "",
    version: int | None = None,
) -> Referral:
    """An answer that did not come through the inbox, with the number and date of its paper.

    Document circulation calls it with nobody at the keyboard.
    """
    text = checked_answer(text)
    now = timezone.now()
    with referral_step(
        referral_id, RAction.RECORD_ANSWER, by=by, at=now, version=version,
        moves=moving_to(Action.REFERRAL_ANSWERED),
    ) as referral:  # fmt: skip
        referral.answer_text = text
        referral.answer_source = clean(source).strip()[:250]
        referral.answered_at = now
        finish(referral, by=by, at=now)
    return referral

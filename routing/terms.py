"""How long a structure has: its own term, the kind's, and never past the appeal's own unless said."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from appeals.extending import Allowance
from appeals.models import Appeal, TermRule
from callcenter.kept_words import kept
from people.calendar import working_calendar
from people.legal import number
from people.models import Structure
from routing.kinds import ReferralKind

#: Working days for execution when neither the structure nor the form says otherwise.
USUAL_DAYS = 10
#: The longest term a form may ask for, working days.
LONGEST_DAYS = 90
#: Hours of a working day, for a term given in working hours.
DAY_HOURS = 8


@dataclass(frozen=True)
class Given:
    """A term in working days, and by what it is given."""

    days: int
    basis: str
    rule: TermRule | None = None


def term_of(
    appeal: Appeal, structure: Structure, kind: str, days: int | None, at: dt.datetime
) -> Given:
    """What was typed; otherwise the rule of the kind, the structure's own term, the usual one.

    Execution ends some days before the appeal's own term, so that the answer can still be checked
    and told. Terms of asking are settings of the ministry, not numbers of the law.
    """
    label = kept(ReferralKind(kind).label)
    if kind == ReferralKind.OUTSIDE:
        # Law 1308-IVQ, 7.10.
        rule = TermRule.objects.on(timezone.localdate(at)).filter(
            kind=appeal.kind, step=TermRule.Step.FORWARD
        ).first()  # fmt: skip
        quantity = rule.quantity if rule is not None else 3
        return Given(days or quantity, rule.source if rule and not days else label, rule)
    if days:
        return Given(days, label)
    if kind == ReferralKind.CONSULTATION:
        hours = number("consultation_term_hours", DAY_HOURS)
        return Given(max(1, -(-hours // DAY_HOURS)), label)
    if kind == ReferralKind.DOCUMENT:
        return Given(number("document_request_term_days", 5), label)
    usual = structure.answers_within or USUAL_DAYS
    return Given(min(usual, _left(appeal, at, usual)), label)


def _left(appeal: Appeal, at: dt.datetime, usual: int) -> int:
    """Working days until the appeal's own term less the reserve, one at least."""
    if appeal.due_at is None:
        return usual
    calendar = working_calendar()
    today, last = timezone.localdate(at), timezone.localdate(appeal.due_at)
    left = calendar.working_days_between(today, last)
    return max(1, left - number("structure_term_reserve_days", 2))


def allowance() -> Allowance:
    """How much longer a structure may ask for; the appeal's own extension is another matter."""
    return Allowance(number("referral_extension_days", 15), number("referral_extension_count", 1))

"""A longer term: what may be asked, and what asking and deciding do to a clock (law 10.2).

Shared by the appeal's own term and by those of referrals: the verbs bring the gate and the
journal, the rules are here. An extension never shortens, is asked and granted only while the
term runs, as often as the rule of the clock allows, and one at a time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appeals.models import Clock, Extension
from appeals.terms import compute_due
from callcenter.errors import AlreadyDone, RuleBroken, StaleForm
from callcenter.templatetags.formats import az_date
from callcenter.text import clean
from callcenter.worktime import Calendar
from people.models import User

#: Longest reason, characters.
LONGEST_REASON = 2000


@dataclass(frozen=True)
class Allowance:
    """What one clock may still be given: working days at most, and how many times."""

    days: int
    times: int


def allowance_of(clock: Clock, given: Allowance | None = None) -> Allowance:
    """What the clock's rule allows (or `given`, for a clock without a rule), less what it had."""
    if given is None:
        rule = clock.rule
        given = Allowance(rule.extension_quantity, rule.max_extensions) if rule else Allowance(0, 0)
    had = clock.extensions.filter(state=Extension.State.GRANTED).count()
    return Allowance(given.days, max(given.times - had, 0))


def asked_of(clock: Clock | None) -> Extension | None:
    """The extension that waits for a decision."""
    if clock is None:
        return None
    return (
        clock.extensions.filter(state=Extension.State.ASKED)
        .select_related("asked_by", "clock")
        .first()
    )


def has_passed(clock: Clock, at: dt.datetime, calendar: Calendar | None = None) -> bool:
    """Whether the term is over; one that stands goes on being pushed while it stands."""
    return at > compute_due(clock, calendar, as_of=at)


def ask(
    clock: Clock,
    *,
    by: User,
    quantity: int,
    reason: str,
    at: dt.datetime,
    given: Allowance | None = None,
) -> Extension:
    """Ask for `quantity` more working days; raises RuleBroken with the field to correct."""
    reason = clean(reason).strip()
    if not reason:
        raise RuleBroken("note_required", _("Give the reason."), field="note")
    if len(reason) > LONGEST_REASON:
        raise RuleBroken(
            "text_too_long",
            _("The text is longer than %(longest)d characters.") % {"longest": LONGEST_REASON},
            field="note",
        )
    if asked_of(clock) is not None:
        raise AlreadyDone(_("An extension was already asked and waits for the decision."))
    _check_term(clock, at)
    left = allowance_of(clock, given)
    if left.days == 0:
        raise RuleBroken("no_extension", _("The law gives this term no extension."))
    if left.times == 0:
        raise RuleBroken("extended_enough", _("This term was extended as often as it may be."))
    if not 1 <= quantity <= left.days:
        raise RuleBroken(
            "extension_range",
            ngettext(
                "Ask for 1 working day.", "Ask for 1 to %(days)d working days.", left.days
            ) % {"days": left.days},
            field="quantity",
        )  # fmt: skip
    return Extension.objects.create(
        clock=clock, quantity=quantity, reason=reason, asked_by=by, asked_at=at
    )


def decide(
    clock: Clock, *, by: User, is_granted: bool, note: str, at: dt.datetime, extension_id: int
) -> Extension:
    """Grant or refuse what was asked; the clock's due moment follows, never backwards."""
    extension = clock.extensions.select_for_update().filter(pk=extension_id).first()
    if extension is None:
        raise RuleBroken("no_extension_asked", _("No extension is asked here."))
    if extension.state != Extension.State.ASKED:
        raise AlreadyDone(
            _("%(state)s by %(name)s at %(time)s.")
            % {
                "state": extension.get_state_display(),
                "name": extension.decided_by.name if extension.decided_by else "—",
                "time": timezone.localtime(extension.decided_at).strftime("%H:%M"),
            }
        )
    note = clean(note).strip()[:LONGEST_REASON]
    if not is_granted and not note:
        raise RuleBroken("note_required", _("Say why it is refused."), field="note")
    if is_granted:
        _check_term(clock, at)
    extension.state = Extension.State.GRANTED if is_granted else Extension.State.REFUSED
    extension.decided_by = by
    extension.decided_at = at
    extension.decision_note = note
    extension.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    if is_granted:
        before = clock.due_at
        clock.due_at = max(before, compute_due(clock))
        clock.save(update_fields=["due_at"])
    return extension


def would_be_due(clock: Clock, quantity: int) -> dt.datetime:
    """The due moment if so many working days were granted, for the one who decides."""
    return max(clock.due_at, compute_due(clock, more=quantity))


def drop_asked(clock: Clock, *, by: User | None, at: dt.datetime, note: str) -> None:
    """The step is over: what still waits for a decision is no longer asked."""
    clock.extensions.filter(state=Extension.State.ASKED).update(
        state=Extension.State.REFUSED, decided_by=by, decided_at=at, decision_note=note
    )


def _check_term(clock: Clock, at: dt.datetime) -> None:
    if clock.stopped_at is not None:
        raise RuleBroken("term_ended", _("This term no longer runs."))
    if has_passed(clock, at):
        raise RuleBroken(
            "term_passed",
            _("The term passed on %(date)s. It could be extended only before that.")
            % {"date": az_date(clock.due_at)},
        )


def check_current(extension: Extension | None, extension_id: int) -> None:
    """What was read is still what waits; otherwise somebody decided or asked anew meanwhile."""
    if extension is not None and extension.pk != extension_id:
        raise StaleForm(_("Another extension was asked meanwhile. Look at it and decide again."))

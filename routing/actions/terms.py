"""A referral keeps its own copy of the due moment, for its lists; it follows the clock."""

from __future__ import annotations

from appeals.models import Clock
from routing.models import Referral


def follow_clock(clock: Clock) -> None:
    """The calendar moved the clock's due moment."""
    if clock.use == Clock.Use.REFERRAL:
        Referral.objects.filter(clock=clock).update(due_at=clock.due_at)

"""Applying a changed calendar and computing the running terms again, appeal by appeal."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from appeals.actions.gate import hold, step
from appeals.lifecycle import Action, Status
from appeals.models import Clock, MovedTerm, Recomputation
from appeals.recomputing import Difference, differences, running, tell_followers
from appeals.terms import compute_due
from people.actions.calendar import apply_change
from people.calendar import working_calendar
from people.models import CalendarChange, User

#: Clocks looked at between two notes of progress.
BATCH = 100


def apply_calendar(change_id: int, *, by: User) -> Recomputation:
    """Apply a drafted change and owe the recomputation it calls for, both or neither."""
    with transaction.atomic():
        change = apply_change(change_id, by=by)
        return owe_recomputation(change)


def owe_recomputation(change: CalendarChange | None = None) -> Recomputation:
    """A run over all running clocks, for a change or as a check that nothing was missed."""
    return Recomputation.objects.create(change=change, total=running().count())


def unfinished() -> list[int]:
    """Runs that a worker left, or that no worker has begun."""
    return list(
        Recomputation.objects.filter(finished_at__isnull=True)
        .order_by("id")
        .values_list("id", flat=True)
    )


def recompute(run_id: int) -> Recomputation:
    """Work the run off from where it stands. Running it twice, or by two workers, moves no term
    twice: each term is compared with the calendar in force under the lock of its appeal."""
    run = Recomputation.objects.get(pk=run_id)
    while run.finished_at is None:
        seen = list(differences(working_calendar(), after=run.cursor, limit=BATCH))
        for _pk, found in seen:
            if found is not None:
                move_term(run, found)
        last = seen[-1][0] if seen else run.cursor
        is_last = len(seen) < BATCH
        # A second worker that is ahead is not set back.
        Recomputation.objects.filter(pk=run_id, cursor__lte=run.cursor).update(
            cursor=last,
            done=F("done") + len(seen),
            # Counted from what was moved: a worker lost in the middle of a batch had moved some.
            moved=MovedTerm.objects.filter(run=run_id).count(),
            finished_at=timezone.now() if is_last else None,
        )
        run.refresh_from_db()
        if is_last:
            break
    return run


def move_term(run: Recomputation, found: Difference) -> bool:
    """Move the due moment of one clock and write it into its appeal's journal."""
    now = timezone.now()
    appeal_id = Clock.objects.values_list("appeal_id", flat=True).get(pk=found.clock_id)
    with hold(appeal_id) as held:
        clock = Clock.objects.select_for_update().get(pk=found.clock_id)
        due = compute_due(clock)
        is_over = clock.stopped_at is not None or held.status == Status.MERGED
        if is_over or due == clock.due_at:
            return False
        before, clock.due_at = clock.due_at, due
        clock.save(update_fields=["due_at"])
        with step(appeal_id, Action.RECOMPUTE, by=None, at=now) as moving:
            moving.changes["term_use"] = [None, clock.use]
            if run.change is not None:
                moving.note = str(run.change)
            if clock.use == Clock.Use.APPEAL:
                moving.appeal.due_at = due
            else:
                moving.changes["term_due"] = [before.isoformat(), due.isoformat()]
        MovedTerm.objects.update_or_create(
            run=run, clock=clock, defaults={"before": before, "after": due}
        )
        tell_followers(clock)
    return True

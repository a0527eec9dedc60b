"""The one gate every change of a report passes: lock, lifecycle, rights, version, body, save, journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from appeals.actions.gate import patient
from appeals.policies import roles_of
from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken, StaleForm
from people.audit import audit
from people.models import User
from reports.lifecycle import ACTIONS, STATUSES, Action, Status
from reports.models import ReportRun
from reports.policies import sees

#: What a verb may change; the gate saves what differs.
KEPT = tuple(field.attname for field in ReportRun._meta.concrete_fields if not field.primary_key)


@dataclass
class Step:
    """What the body may still say about the line in the journal."""

    run: ReportRun
    detail: dict[str, object] = field(default_factory=dict)


def lock(run_id: int) -> ReportRun:
    """The report's row until the end of the transaction; waits three seconds at most."""
    try:
        with patient():
            return ReportRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    except ReportRun.DoesNotExist as missing:
        raise NotAllowed() from missing


@contextmanager
def report_step(
    run_id: int,
    action: Action,
    *,
    by: User | None,
    version: int | None = None,
    note: str = "",
    is_told: bool = True,
) -> Iterator[Step]:
    """Run the body between the checks and the journal; everything or nothing is written.

    Raises NotAllowed, AlreadyDone for a repeat, StaleForm when somebody saved first, RuleBroken
    when the table refuses, Busy on a held lock. `is_told=False` keeps a machine's own small steps
    out of the journal.
    """
    with transaction.atomic():
        run = lock(run_id)
        meta = ACTIONS[action]
        _check(run, action, by=by, version=version, note=note)
        before = {name: getattr(run, name) for name in KEPT}
        moving = Step(run)
        yield moving
        if meta.to is not None:
            run.state = str(meta.to)
        run.version += 1
        changed = [name for name in KEPT if getattr(run, name) != before[name]]
        run.save(update_fields=changed)
        if is_told:
            detail = {"from": before["state"], "to": run.state, **moving.detail}
            audit(f"report.{action}", by=by, object_kind="report", object_ref=run.pk, detail=detail)


def _check(
    run: ReportRun, action: Action, *, by: User | None, version: int | None, note: str
) -> None:
    meta = ACTIONS[action]
    if not roles_of(by) & meta.roles or not sees(by, run):
        raise NotAllowed()
    status = Status(run.state)
    if status not in meta.starts:
        words = {"action": meta.label, "status": STATUSES[status].label}
        if meta.to is not None and status == meta.to:
            raise AlreadyDone(_("The report is already “%(status)s”.") % words)
        raise RuleBroken(
            "not_possible",
            _("“%(action)s” is not possible while the report is “%(status)s”.") % words,
        )
    if version is not None and version != run.version:
        raise StaleForm(_("Somebody changed this report while you were reading it. Look again."))
    if meta.needs_note and not note.strip():
        raise RuleBroken("note_required", _("Give the reason."), field="note")

"""Asking for a report and building it; a killed build is begun again, never half kept."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from callcenter.errors import NotAllowed, RuleBroken
from people.alerts import tell
from people.audit import audit
from people.calendar import working_calendar
from people.models import Role, User
from reports.actions.gate import report_step
from reports.actions.signing import corrects_words
from reports.composing import compose
from reports.facts.filling import fill
from reports.lifecycle import Action, Status
from reports.models import ReportRun
from reports.periods import Period, Sort, before
from reports.policies import may_ask

#: A build without a sign of life for so long belonged to a worker that died.
ABANDONED_AFTER = dt.timedelta(minutes=2)
#: Days after the due morning on which a periodic report that was missed is still built by itself.
CATCH_UP = dt.timedelta(days=5)


def ask_report(
    period: Period,
    *,
    by: User | None,
    language: str = "az",
    client_id: uuid.UUID | None = None,
) -> ReportRun:
    """A person asks for the report of any period; a worker builds it. Sent twice, it is one."""
    if not may_ask(by):
        raise NotAllowed()
    with transaction.atomic():
        run, is_new = ReportRun.objects.get_or_create(
            client_id=client_id or uuid.uuid4(),
            defaults={
                "first": period.first,
                "last": period.last,
                "sort": period.sort,
                "asked_by": by,
                "language": language,
            },
        )
        if is_new:
            audit("report.ask", by=by, object_kind="report", object_ref=run.pk)
    return run


def ask_periodic_report(today: dt.date, sort: Sort = Sort.MONTHLY) -> ReportRun | None:
    """The report of the last whole period, from the first working day after it on; once, whoever
    asks. A morning without a worker is made good on one of the next days."""
    period = last_period(today, sort)
    due = working_calendar().next_working(period.last)
    if not due <= today <= due + CATCH_UP:
        return None
    with transaction.atomic():
        run, is_new = ReportRun.objects.get_or_create(
            sort=sort, first=period.first, last=period.last, language="az", is_periodic=True
        )
        if is_new:
            audit("report.ask", by=None, object_kind="report", object_ref=run.pk)
    return run


def last_period(today: dt.date, sort: Sort) -> Period:
    """The last whole period before the day; a daily brief on the first working day after a rest
    tells all days since the last working day."""
    period = before(today, sort)
    if sort != Sort.DAILY:
        return period
    calendar = working_calendar()
    morning = today if calendar.is_working(today) else calendar.previous_working(today)
    last = morning - dt.timedelta(days=1)
    return Period(calendar.previous_working(morning), last)


def retry(run_id: int, *, by: User) -> None:
    """A report that could not be built is tried again."""
    with report_step(run_id, Action.RETRY, by=by) as moving:
        moving.run.failure = ""
        moving.run.progress = 0


def build(run_id: int) -> ReportRun:
    """Build the document and keep it with its digest; a report already built stays as it is."""
    claim = _begin(run_id)
    run = ReportRun.objects.get(pk=run_id)
    if claim is None:
        return run

    def tell(done: int, total: int) -> None:
        # A build whose claim was taken over meanwhile writes nothing.
        ReportRun.objects.filter(pk=run_id, claim=claim).update(
            beat_at=timezone.now(), progress=min(95, 5 + 90 * done // total)
        )

    # What the journal has told since the last making belongs to the report.
    fill()
    try:
        document = compose(run.period, Sort(run.sort), run.language, timezone.now(), tell)
        document = replace(document, version=run.edition, corrects=corrects_words(run))
    except DatabaseError as error:
        _fail(run_id, claim, type(error).__name__)
        raise
    with transaction.atomic():
        if ReportRun.objects.filter(pk=run_id, claim=claim).exists():
            with report_step(run_id, Action.FINISH, by=None) as moving:
                moving.run.document = document.to_dict()
                moving.run.digest = document.digest()
                moving.run.built_at = document.built_at
                moving.run.progress = 100
                moving.detail["digest"] = document.digest()
                _tell(moving.run, "report.built")
    run.refresh_from_db()
    return run


def _begin(run_id: int) -> uuid.UUID | None:
    """Take the build, unless it is done or somebody alive is at it."""
    now = timezone.now()
    claim = uuid.uuid4()
    try:
        with report_step(run_id, Action.BEGIN, by=None, is_told=False) as moving:
            run = moving.run
            alive = run.beat_at is not None and run.beat_at > now - ABANDONED_AFTER
            if run.state == Status.BUILDING and alive:
                raise RuleBroken("being_built", "somebody else is building this report")
            run.claim, run.started_at, run.beat_at, run.progress = claim, now, now, 5
    except RuleBroken:
        return None
    return claim


def _fail(run_id: int, claim: uuid.UUID, why: str) -> None:
    with transaction.atomic():
        if ReportRun.objects.filter(pk=run_id, claim=claim).exists():
            with report_step(run_id, Action.FAIL, by=None) as moving:
                moving.run.failure = why[:250]
                moving.detail["error"] = why[:250]
                _tell(moving.run, "report.failed")


def _tell(run: ReportRun, kind: str) -> None:
    """Whoever asked is told; what the calendar asked for is the head's to sign."""
    people = [run.asked_by] if run.asked_by else User.objects.filter(role=Role.SECTOR_HEAD)
    tell(
        people,
        kind,
        about=f"report:{run.pk}",
        url=run.get_absolute_url(),
        values={"number": run.pk},
    )


def unfinished() -> list[int]:
    """Reports asked for, or abandoned by a worker that died."""
    old = timezone.now() - ABANDONED_AFTER
    return list(
        ReportRun.objects.filter(
            Q(state=Status.ASKED) | Q(state=Status.BUILDING, beat_at__lt=old)
        ).values_list("pk", flat=True)[:50]
    )

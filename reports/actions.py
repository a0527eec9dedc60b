"""Asking for a report and building it; a killed build is begun again, never half kept."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from people.audit import audit
from people.calendar import working_calendar
from people.models import User
from reports.figures import report_tables
from reports.models import ReportRun
from reports.periods import Period
from reports.tables import Document, Heading, TableBlock

#: A build that has not moved for so long belonged to a worker that died.
ABANDONED_AFTER = dt.timedelta(minutes=10)


def ask_report(period: Period, *, by: User | None, language: str = "az") -> ReportRun:
    """A person asks for the report of any period; a worker builds it."""
    run = ReportRun.objects.create(
        first=period.first, last=period.last, asked_by=by, language=language
    )
    audit("report.asked", by=by, object_kind="report", object_ref=run.pk)
    return run


def ask_periodic_report(today: dt.date) -> ReportRun | None:
    """The report of the month before, on the first working day of a month; once, whoever asks."""
    first = today.replace(day=1)
    calendar = working_calendar()
    if today != calendar.next_working(first - dt.timedelta(days=1)):
        return None
    last = first - dt.timedelta(days=1)
    run, _created = ReportRun.objects.get_or_create(
        first=last.replace(day=1), last=last, language="az", is_periodic=True
    )
    return run


def build(run_id: int) -> ReportRun:
    """Build the document and keep it with its digest; a report already built stays as it is."""
    now = timezone.now()
    claimed = ReportRun.objects.filter(
        Q(state=ReportRun.State.ASKED)
        | Q(state=ReportRun.State.BUILDING, started_at__lt=now - ABANDONED_AFTER),
        pk=run_id,
    ).update(state=ReportRun.State.BUILDING, started_at=now, progress=5)
    run = ReportRun.objects.get(pk=run_id)
    if not claimed:
        return run
    document = compose(Period(run.first, run.last), run.language, now)
    with transaction.atomic():
        ReportRun.objects.filter(pk=run_id, started_at=F("started_at")).update(
            state=ReportRun.State.BUILT,
            progress=100,
            built_at=now,
            document=document.to_dict(),
            digest=document.digest(),
        )
    run.refresh_from_db()
    return run


def unfinished() -> list[int]:
    """Reports asked for, or abandoned by a worker that died."""
    old = timezone.now() - ABANDONED_AFTER
    return list(
        ReportRun.objects.filter(
            Q(state=ReportRun.State.ASKED) | Q(state=ReportRun.State.BUILDING, started_at__lt=old)
        ).values_list("pk", flat=True)
    )


def compose(period: Period, language: str, at: dt.datetime) -> Document:
    """The report as a document, in the language asked for."""
    with translation.override(language):
        tables = report_tables(period)
        return Document(
            title=_("Analytical report on appeals"),
            subtitle=_("Call centre"),
            organisation=settings.ORGANISATION,
            period_label=period.label,
            built_at=at,
            language=language,
            blocks=[
                block for table in tables for block in (Heading(table.title, 2), TableBlock(table))
            ],
        )

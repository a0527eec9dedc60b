"""Background work of the reports."""

from __future__ import annotations

import datetime as dt

from celery import shared_task
from django.utils import timezone

from reports import actions
from reports.actions import ask_periodic_report, build, deliver, due_deliveries, unfinished
from reports.facts import months
from reports.facts.filling import fill
from reports.facts.rises import find_rises
from reports.periods import Sort


@shared_task(ignore_result=True)
def build_report(run_id: int) -> None:
    """One report; a repeat finds it built."""
    build(run_id)


@shared_task(ignore_result=True)
def periodic_report() -> None:
    """On the first working day after it, the report of each period that has ended."""
    today = timezone.localdate()
    for sort in Sort:
        run = ask_periodic_report(today, sort) if sort != Sort.CUSTOM else None
        if run is not None:
            build_report.delay(run.pk)


@shared_task(ignore_result=True)
def sweep_reports() -> None:
    """Builds what was asked for while Redis or the worker was away."""
    for run_id in unfinished():
        build_report.delay(run_id)


@shared_task(ignore_result=True)
def send_report(delivery_id: int) -> None:
    """One e-mail with the signed files; a repeat finds it sent."""
    deliver(delivery_id)


@shared_task(ignore_result=True)
def sweep_deliveries() -> None:
    """Sends what was not sent, and what is to be tried again."""
    for delivery_id in due_deliveries():
        send_report.delay(delivery_id)


@shared_task(ignore_result=True)
def fill_facts() -> None:
    """Facts of what the journal has told since; a repeat finds nothing to do."""
    fill()


@shared_task(ignore_result=True)
def mark_months() -> None:
    """Months whose facts have changed are marked again; a repeat finds them marked."""
    months.mark_months()


# A million rows take some minutes.
@shared_task(ignore_result=True, soft_time_limit=1500, time_limit=1560)
def write_export(export_id: int) -> None:
    """One file of rows; a repeat finds it ready."""
    actions.write_export(export_id)


@shared_task(ignore_result=True)
def sweep_exports() -> None:
    """Writes what was not written, takes away what has expired."""
    for export_id in actions.unfinished_exports():
        write_export.delay(export_id)
    actions.expire_exports()


@shared_task(ignore_result=True)
def mail_own_reports() -> None:
    """Own reports that are sent today, each once, and those to be tried again."""
    for mail_id in actions.ask_own_mails(timezone.localdate()):
        send_own_report.delay(mail_id)


@shared_task(ignore_result=True)
def send_own_report(mail_id: int) -> None:
    """One e-mail; a repeat finds it sent."""
    actions.send_own(mail_id)


@shared_task(ignore_result=True)
def find_unusual_rises() -> None:
    """Rises of yesterday and of today so far; a repeat finds the same."""
    today = timezone.localdate()
    for day in (today - dt.timedelta(days=1), today):
        find_rises(day)

"""Background work of the appeals."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from appeals.actions.attachments import scan_again, sweep_files, unscanned
from appeals.actions.sending import deliver, due_notices


@shared_task(ignore_result=True)
def send_notice(notice_id: int) -> None:
    """One notice; safe to run twice."""
    deliver(notice_id)


@shared_task(ignore_result=True)
def sweep_notices() -> None:
    """Finds every notice whose moment has come, whoever forgot to send it."""
    for notice_id in due_notices():
        send_notice.delay(notice_id)


@shared_task(ignore_result=True)
def scan_file(attachment_id: int) -> None:
    """One file the scanner gave no answer for; safe to run twice."""
    scan_again(attachment_id)


@shared_task(ignore_result=True)
def sweep_scans() -> None:
    """Finds every file whose scan failed."""
    for attachment_id in unscanned():
        scan_file.delay(attachment_id)


@shared_task(ignore_result=True)
def sweep_strays() -> None:
    """Takes away files that belong to nothing."""
    sweep_files(timezone.now())

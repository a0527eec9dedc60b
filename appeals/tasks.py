"""Background work of the appeals."""

from __future__ import annotations

from celery import shared_task

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

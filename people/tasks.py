"""Background work of people."""

from __future__ import annotations

from celery import shared_task

from people import limits
from people.alerts import forget_old
from people.api import idempotency


@shared_task(ignore_result=True)
def forget_alerts() -> None:
    """Alerts past their time."""
    forget_old()


@shared_task(ignore_result=True)
def sweep_api() -> None:
    """What the API need not remember any more."""
    limits.sweep()
    idempotency.sweep()

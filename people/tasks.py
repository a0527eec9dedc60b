"""Background work of people."""

from __future__ import annotations

from celery import shared_task

from people.alerts import forget_old


@shared_task(ignore_result=True)
def forget_alerts() -> None:
    """Alerts past their time."""
    forget_old()

"""The Celery application; tasks live in each app's tasks.py, periodic work in schedule.py."""

from __future__ import annotations

import logging
import os
from typing import Any

from celery import Celery
from celery.contrib.django.task import DjangoTask
from django.db import transaction
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")
# A task works longer than a request; its own time limit ends it.
os.environ.setdefault("STATEMENT_TIMEOUT", "300s")
log = logging.getLogger(__name__)


class Task(DjangoTask):
    """A task sent after commit; when Redis is gone the request succeeds and a sweep sends it later."""

    abstract = True

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        self.apply_async_on_commit(args, kwargs)

    def apply_async_on_commit(self, *args: Any, **kwargs: Any) -> None:
        def send() -> None:
            try:
                self.apply_async(*args, **kwargs)
            except OperationalError as error:
                log.warning("%s was not sent, a sweep will find it: %s", self.name, error)

        transaction.on_commit(send)


app = Celery("callcenter", task_cls=Task)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_configure.connect
def add_schedule(sender: Celery, **kwargs: Any) -> None:
    """Beat reads the schedule from one readable file."""
    from callcenter.schedule import SCHEDULE

    sender.conf.beat_schedule = SCHEDULE

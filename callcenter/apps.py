"""The project itself as an app: it brings checks, the commands and the Celery application."""

from django.apps import AppConfig


class CallcenterConfig(AppConfig):
    name = "callcenter"
    verbose_name = "Call centre"

    def ready(self) -> None:
        # Tasks marked @shared_task find their application wherever Django runs.
        from callcenter import celery  # noqa: F401

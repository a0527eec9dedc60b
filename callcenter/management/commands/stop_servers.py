"""Ends the embedded servers."""

from typing import Any

from django.core.management.base import BaseCommand

from callcenter import embedded


class Command(BaseCommand):
    help = "Stop the embedded PostgreSQL and Redis, if they run."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = embedded.stop()
        self.stdout.write("Stopped: " + ", ".join(stopped) if stopped else "Nothing was running.")

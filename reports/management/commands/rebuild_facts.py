"""manage.py rebuild_facts: make every fact again from the journal."""

from __future__ import annotations

import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from reports.facts.filling import rebuild
from reports.facts.months import mark_months
from reports.models import AppealFact


class Command(BaseCommand):
    help = "Makes every fact again from the journal; may be stopped and run again at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--first", action="store_true", help="only where there are none yet")

    def handle(self, *args: object, **options: object) -> None:
        if options["first"] and AppealFact.objects.exists():
            return
        started = time.monotonic()
        made = rebuild(tell=self._tell if options["verbosity"] else None)
        mark_months()
        if options["verbosity"]:
            self.stdout.write(
                f"Facts of {made} appeals made in {time.monotonic() - started:.1f} s."
            )

    def _tell(self, done: int, last: int) -> None:
        self.stderr.write(f"{100 * done // max(last, 1)} %", ending="\r")
        self.stderr.flush()

"""Builds the report of a period into files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from callcenter.errors import RuleBroken
from reports.composing import compose
from reports.documents import RENDERERS
from reports.periods import parse


class Command(BaseCommand):
    help = "Build the analytical report of a period: 2026-10, 2026-Q3, 2026-H1, 2026."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--period", required=True)
        parser.add_argument("--format", default="pdf,docx,xlsx")
        parser.add_argument("--language", default="az", choices=["az", "en", "ru"])
        parser.add_argument("--out", default=".")

    def handle(self, *args: Any, **options: Any) -> None:
        formats = [name.strip() for name in options["format"].split(",") if name.strip()]
        if unknown := sorted(set(formats) - set(RENDERERS)):
            raise CommandError(f"Unknown format: {', '.join(unknown)}. Known: pdf, docx, xlsx.")
        try:
            period = parse(options["period"])
        except RuleBroken as refused:
            raise CommandError(str(refused)) from refused
        document = compose(period, period.sort, options["language"], timezone.now())
        folder = Path(options["out"])
        folder.mkdir(parents=True, exist_ok=True)
        for name in formats:
            path = folder / f"report-{period.first}-{period.last}.{name}"
            path.write_bytes(RENDERERS[name](document))
            self.stdout.write(str(path))

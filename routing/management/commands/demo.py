"""Builds the demo world."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from appeals.models import Appeal
from routing.demo.world import build


class Command(BaseCommand):
    help = "Build a coherent demo ministry by the product's own verbs; only where DEBUG is on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=90)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--per-day", type=int, default=18)
        parser.add_argument("--first", action="store_true", help="say nothing when appeals exist")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo world is not built where DEBUG is off.")
        there = Appeal.objects.count()
        if there:
            if not options["first"]:
                self.stdout.write(f"Nothing was made; appeals there already: {there}.")
            return
        self.stdout.write("Building the demo world, about a minute…")
        self.stdout.flush()
        made = build(options["days"], options["seed"], options["per_day"])
        self.stdout.write(f"Demo world: {made} appeals.")

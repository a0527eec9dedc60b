"""Loads everything a ministry is made of before its first appeal."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from appeals import loading as appeals
from people import loading as people
from routing import loading as routing

STEPS = {
    "structures": people.load_structures,
    "legal numbers": people.load_legal_numbers,
    "calendar days": people.load_calendar,
    "topics": appeals.load_topics,
    "regions": appeals.load_regions,
    "outcomes": appeals.load_outcomes,
    "grounds": appeals.load_grounds,
    "term rules": appeals.load_term_rules,
    "notice templates": appeals.load_templates,
    "competences": routing.load_competence,
    "rules": routing.load_rules,
    "steps of reminding": routing.load_ladder,
}


class Command(BaseCommand):
    help = "Load structures, topics, regions, terms, templates and the calendar; safe to repeat."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        told = ", ".join(f"{load()} {name}" for name, load in STEPS.items())
        self.stdout.write(f"Directory: {told}.")

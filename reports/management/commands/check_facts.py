"""manage.py check_facts: compare the facts kept with facts made anew."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from reports.facts.checking import differences


class Command(BaseCommand):
    help = "Names every fact that is not as the journal tells it; ends with an error if any."

    def handle(self, *args: object, **options: object) -> None:
        count = 0
        for difference in differences():
            count += 1
            what = "kept, but the journal tells otherwise" if difference.is_kept else "missing"
            self.stdout.write(f"{difference.table}: {what}: {difference.row}")
        if count:
            raise CommandError(f"{count} differences; rebuild_facts puts them right.")
        self.stdout.write("The facts are as the journal tells them.")

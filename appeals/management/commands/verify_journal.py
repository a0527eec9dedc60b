"""Proves the hash chain of the journal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from appeals.journal import faults
from appeals.models import Appeal, Entry


class Command(BaseCommand):
    help = "Walk every chain of the journal and name the first broken entry of each."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for fault in faults():
            found += 1
            self.stderr.write(f"{fault.appeal_number}, entry {fault.sequence}: {fault.reason}")
        if found:
            raise CommandError(f"{found} broken chains.")
        self.stdout.write(
            f"{Appeal.objects.count()} appeals, {Entry.objects.count()} entries: the chain holds."
        )

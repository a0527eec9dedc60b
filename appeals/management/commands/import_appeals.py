"""Takes over journals of other systems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from appeals.importing.batches import SHOWN, Job, Result
from appeals.importing.mapping import BadMapping, read
from appeals.importing.reading import Unreadable


class Command(BaseCommand):
    help = (
        "Import appeals from a CSV or XLSX file. Stop it at any moment and run it again: nothing "
        "comes twice, nothing half. Refused rows are listed in FILE.rejected.csv."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--mapping", type=Path, help="what the columns mean; else a shipped one that fits"
        )
        parser.add_argument("--dry-run", action="store_true", help="count, write nothing")
        parser.add_argument("--encoding", default="", help="when it is neither UTF-8 nor marked")
        parser.add_argument("--delimiter", default="", help="when it is not found by itself")
        parser.add_argument("--sheet", default="", help="of a workbook; else the first that fits")
        parser.add_argument("--rejected", type=Path, help="where to list the refused rows")

    def handle(self, *args: Any, **options: Any) -> None:
        result = Result()
        try:
            job = Job(
                path=options["file"],
                mapping=read(options["mapping"]) if options["mapping"] else None,
                is_dry=options["dry_run"],
                encoding=options["encoding"],
                delimiter=options["delimiter"],
                sheet=options["sheet"],
                rejected_to=options["rejected"],
            )
            table = job.open()
            with tqdm(total=table.size or None, disable=None, unit_scale=True) as bar:

                def show(done: int) -> None:
                    bar.update(done - bar.n)
                    bar.set_postfix(accepted=result.accepted, rejected=result.rejected)

                job.run(table, show, result)
        except (BadMapping, Unreadable) as error:
            raise CommandError(str(error)) from None
        except KeyboardInterrupt:
            self._tell(result, is_dry=options["dry_run"])
            raise CommandError("Stopped. Run the same command again to go on.") from None
        self._tell(result, is_dry=options["dry_run"])

    def _tell(self, result: Result, *, is_dry: bool) -> None:
        if is_dry:
            self.stdout.write("Nothing was written: a trial.")
        self.stdout.write(
            f"accepted {result.accepted}, rejected {result.rejected}, "
            f"already there {result.already}"
        )
        if result.missing:
            self.stdout.write(f"not in the file: {', '.join(result.missing)}")
        for what, count in result.ignored.most_common():
            self.stdout.write(f"left out: {count} {what}")
        for (column, reason), count in result.reasons.most_common(SHOWN):
            self.stdout.write(f"  {count} × {column or 'row'}: {reason}")
        if len(result.reasons) > SHOWN:
            self.stdout.write(f"  and {len(result.reasons) - SHOWN} other reasons")
        if result.rejected_to is not None:
            self.stdout.write(f"rejected rows: {result.rejected_to}")

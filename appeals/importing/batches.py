"""A whole file: batch after batch, each written or not at all; what is refused is listed beside it."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from django.db import DataError, IntegrityError
from django.utils.translation import gettext as _

from appeals.actions.history import Past, import_past, known_keys
from appeals.importing import places
from appeals.importing.mapping import Mapping, shipped
from appeals.importing.reading import Row, Table, Unreadable, open_table
from appeals.importing.values import Reader, Wrong
from callcenter.errors import RuleBroken

#: Rows written in one transaction: few enough to be lost without pain when it is stopped.
BATCH = 500
TOLD = ("row", "column", "reason")
#: Values of a column that are listed as unknown, most frequent first.
SHOWN = 20


@dataclass
class Result:
    """What became of the rows."""

    accepted: int = 0
    already: int = 0
    rejected: int = 0
    missing: list[str] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    rejected_to: Path | None = None
    added: int = 0


class Rejected:
    """The list of refused rows; made with the first of them, so that a clean import leaves none.

    The row's own cells follow, so that the list can be corrected and imported itself.
    """

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self.header = header
        self.file: TextIO | None = None

    def write(self, row: Row, column: str, reason: str) -> None:
        if self.file is None:
            try:
                self.file = self.path.open("w", encoding="utf-8-sig", newline="")
            except OSError as error:
                raise Unreadable(
                    _("%(path)s cannot be written: %(reason)s. Name another with --rejected.")
                    % {"path": self.path, "reason": error.strerror}
                ) from None
            self.writer = csv.writer(self.file)
            self.writer.writerow([*TOLD, *self.header])
        cells = ["" if cell is None else _safe(cell) for cell in row.cells]
        self.writer.writerow([row.number, column, reason, *cells])

    def flush(self) -> None:
        if self.file is not None:
            self.file.flush()

    def close(self) -> None:
        if self.file is not None:
            self.file.close()
        else:
            # A list of an earlier run would speak of rows that are right now.
            self.path.unlink(missing_ok=True)


def _safe(cell: Any) -> str:
    return str(cell).encode("utf-8", "replace").decode("utf-8")


def rejected_path(path: Path) -> Path:
    """The list of refused rows stands beside the file."""
    return path.with_name(f"{path.name}.rejected.csv")


@dataclass
class Job:
    """One import of one file."""

    path: Path
    mapping: Mapping | None = None
    is_dry: bool = False
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    rejected_to: Path | None = None

    def open(self) -> Table:
        """Find the mapping whose columns the file has, when none is named, and open the table."""
        candidates = [self.mapping] if self.mapping is not None else shipped()
        told: Unreadable | None = None
        for mapping in candidates:
            try:
                table = open_table(
                    self.path,
                    mapping.fits,
                    encoding=self.encoding or mapping.encoding,
                    delimiter=self.delimiter or mapping.delimiter,
                    sheet=self.sheet or mapping.sheet,
                )
            except Unreadable as error:
                told = told or error
                continue
            self.mapping = mapping
            return table
        if self.mapping is not None or told is None:
            raise told or Unreadable(_("There is no mapping."))
        raise Unreadable(f"{told} {_('Name a mapping with --mapping.')}")

    def run(
        self,
        table: Table,
        progress: Callable[[int], None] = lambda done: None,
        result: Result | None = None,
    ) -> Result:
        """Read to the end; `result` is filled as it goes, so that a stopped import can tell."""
        assert self.mapping is not None
        result = result if result is not None else Result()
        names = places.names_of(self.mapping)
        places.check(self.mapping, names)
        if self.is_dry:
            _lend(self.mapping, names)
        else:
            result.added = places.add(self.mapping)
            names = places.names_of(self.mapping)
        reader = Reader(self.mapping, table.header, names, table.epoch)
        result.ignored = reader.ignored
        found = self.mapping.places(table.header)
        result.missing = sorted(set(self.mapping.columns) - set(found))
        rejected = Rejected(self.rejected_to or rejected_path(self.path), table.header)
        run = _Run(self, reader, rejected, result)
        try:
            for row in table.rows:
                run.take(row)
                if len(run.batch) >= BATCH:
                    run.write()
                    progress(table.done())
            run.write()
            progress(table.done())
        finally:
            rejected.close()
            result.rejected_to = rejected.path if rejected.file is not None else None
        return result


class _Run:
    """The rows of one file on their way."""

    def __init__(self, job: Job, reader: Reader, rejected: Rejected, result: Result) -> None:
        self.job, self.reader, self.rejected, self.result = job, reader, rejected, result
        self.batch: list[tuple[Row, Past]] = []
        self.seen: dict[bytes, tuple[int, bytes]] = {}

    def refuse(self, row: Row, column: str, reason: str) -> None:
        self.result.rejected += 1
        self.result.reasons[column, reason] += 1
        self.rejected.write(row, column, reason)

    def take(self, row: Row) -> None:
        if row.fault:
            self.refuse(row, "", row.fault)
            return
        try:
            past = self.reader.past(row.cells)
        except Wrong as wrong:
            self.refuse(row, self.reader.column(wrong.target), wrong.reason)
            return
        key = hashlib.blake2b(past.key.encode(), digest_size=12).digest()
        whole = hashlib.blake2b(repr(row.cells).encode("utf-8", "replace"), digest_size=8).digest()
        first = self.seen.setdefault(key, (row.number, whole))
        if first[0] == row.number:
            self.batch.append((row, past))
        elif first[1] == whole:
            self.result.already += 1
        else:
            self.refuse(
                row,
                self.reader.column("key"),
                _("The key stands in row %(row)d too, with other values.") % {"row": first[0]},
            )

    def write(self) -> None:
        """The batch; when one row of it cannot be written, row by row, so that only that one is not."""
        rows, self.batch = self.batch, []
        if not rows:
            return
        try:
            made = self._import([past for _row, past in rows])
            self.result.accepted += made
            self.result.already += len(rows) - made
        except (IntegrityError, DataError, RuleBroken):
            for row, past in rows:
                try:
                    made = self._import([past])
                except (IntegrityError, DataError) as error:
                    self.refuse(row, "", str(error).splitlines()[0])
                except RuleBroken as broken:
                    self.refuse(row, broken.field, str(broken.message))
                else:
                    self.result.accepted += made
                    self.result.already += 1 - made
        self.rejected.flush()

    def _import(self, past: list[Past]) -> int:
        mapping = self.reader.mapping
        if self.job.is_dry:
            return len(past) - len(known_keys(mapping.source, [row.key for row in past]))
        return import_past(mapping.source, past, by=None, terms_by_law=mapping.terms == "law")


def _lend(mapping: Mapping, names: dict[str, places.Names]) -> None:
    """A trial knows what the mapping would add, without adding it."""
    for target, rows in (("structure", mapping.structures), ("topic", mapping.topics)):
        for row in rows:
            names[target].setdefault(places.plain(str(row.get("code", ""))), 0)

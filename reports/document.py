"""A whole report as plain values: its cover and its blocks in order, the same for every renderer.

A built report is kept as JSON and drawn again from it, so everything here survives the
round trip and has one canonical form whose digest a signature can freeze.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, Self

from reports.tables import Chart, Table, as_cell, cell_from_json, cell_to_json, clean


def clean_text(text: str) -> str:
    """A long text as typed: without what documents cannot hold, line ends made equal."""
    return clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 starts a part of the report, level 2 a chapter in it."""

    IS: ClassVar[str] = "heading"
    text: str
    level: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", clean(str(self.text)))
        if self.level not in (1, 2, 3):
            raise ValueError("a heading has level 1, 2 or 3")


@dataclass(frozen=True)
class Sentences:
    """Summary sentences that form one paragraph."""

    IS: ClassVar[str] = "sentences"
    items: Sequence[str]

    def __post_init__(self) -> None:
        object.__setattr__(self, "items", tuple(clean(str(item)) for item in self.items))


@dataclass(frozen=True)
class TableBlock:
    """A table in its place in the report."""

    IS: ClassVar[str] = "table"
    table: Table


@dataclass(frozen=True)
class ChartBlock:
    """A chart in its place; `table_code` names the table of the report that holds its figures."""

    IS: ClassVar[str] = "chart"
    chart: Chart
    table_code: str = ""


@dataclass(frozen=True)
class Commentary:
    """Text typed by a person, shown exactly as typed: nothing in it is ever markup."""

    IS: ClassVar[str] = "commentary"
    text: str
    title: str = ""
    author: str = ""
    code: str = ""  # which of the head's texts stands here

    def __post_init__(self) -> None:
        for name in ("text", "title", "author"):
            object.__setattr__(self, name, clean(str(getattr(self, name))))

    @property
    def paragraphs(self) -> list[str]:
        """The text cut where the person left an empty line; single line ends stay inside."""
        return [part.strip("\n") for part in re.split(r"\n[ \t]*\n", self.text) if part.strip()]


@dataclass(frozen=True)
class PageBreak:
    """What follows starts on a new page."""

    IS: ClassVar[str] = "page_break"


Block = Heading | Sentences | TableBlock | ChartBlock | Commentary | PageBreak
BLOCKS: dict[str, type[Any]] = {
    block.IS: block for block in (Heading, Sentences, TableBlock, ChartBlock, Commentary, PageBreak)
}


def _block_to_dict(block: Block) -> dict[str, Any]:
    data: dict[str, Any] = {"is": block.IS}
    for one in fields(block):
        value = getattr(block, one.name)
        if isinstance(value, Table | Chart):
            value = value.to_dict()
        data[one.name] = list(value) if isinstance(value, tuple) else value
    return data


def _block_from_dict(data: Mapping[str, Any]) -> Block:
    values = {name: value for name, value in data.items() if name != "is"}
    if "table" in values:
        values["table"] = Table.from_dict(values["table"])
    if "chart" in values:
        values["chart"] = Chart.from_dict(values["chart"])
    block: Block = BLOCKS[data["is"]](**values)
    return block


@dataclass(frozen=True)
class Document:
    """A whole report: what stands on its cover and its blocks in order."""

    title: str
    subtitle: str
    organisation: str
    period_label: str
    built_at: datetime
    signed_by: str = ""
    language: str = "az"
    version: int = 1
    blocks: Sequence[Block] = ()
    signed_at: datetime | None = None
    corrects: str = ""
    signed_as: str = ""

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "blocks", tuple(self.blocks))
        for name in (
            "title",
            "subtitle",
            "organisation",
            "period_label",
            "signed_by",
            "corrects",
            "signed_as",
        ):
            put(self, name, clean(str(getattr(self, name))))
        for name in ("built_at", "signed_at"):
            put(self, name, as_cell(getattr(self, name)))

    @property
    def tables(self) -> list[Table]:
        """Every table of the report in order."""
        return [block.table for block in self.blocks if isinstance(block, TableBlock)]

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON values; `from_dict` gives an equal report back."""
        data = {
            one.name: cell_to_json(getattr(self, one.name))
            for one in fields(self)
            if one.name != "blocks"
        }
        return {**data, "blocks": [_block_to_dict(block) for block in self.blocks]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The report that `to_dict` wrote."""
        values: dict[str, Any] = {
            name: cell_from_json(value) for name, value in data.items() if name != "blocks"
        }
        return cls(**values, blocks=[_block_from_dict(block) for block in data["blocks"]])

    def canonical(self) -> str:
        """The one JSON text of this report: equal reports give equal texts."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        """SHA-256 of the canonical text: what a signature freezes."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

"""Tables and charts as plain values, the same for every renderer; they survive the way to JSON and back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, Self

from callcenter.text import clean as cleaned

TOTALS = -1
"""The row number that stands for the totals row in `Table.links`."""

WHOLE_ROW = ""
"""The column code that stands for the whole row in `Table.links`."""

# Letters no XML may hold besides those the product's own cleaning takes away.
_NOT_XML = re.compile("[\ufffe\uffff]")


class Kind(StrEnum):
    """What a column's values are; decides alignment, number format and sorting."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    SHARE = "share"
    DAYS = "days"
    DATE = "date"
    DATETIME = "datetime"
    LINK = "link"


NUMERIC = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.SHARE, Kind.DAYS})
PLACES = {Kind.INTEGER: 0, Kind.DECIMAL: 2, Kind.SHARE: 1, Kind.DAYS: 1}


class Link(NamedTuple):
    """A cell that is itself a link: what is read and where it leads."""

    text: str
    href: str


Cell = str | int | Decimal | date | datetime | Link | None
Number = int | Decimal


def clean(text: str) -> str:
    """The text without characters that documents cannot hold, line ends made equal."""
    return _NOT_XML.sub("", cleaned(text))


def as_cell(value: Any) -> Cell:
    """The value in the one form a table keeps; a type no renderer knows is refused."""
    match value:
        case None:
            return None
        case bool():
            raise TypeError("a yes or no is written as a word, not as a number")
        case Link():
            return Link(clean(value.text), clean(value.href))
        case str():
            # str() also turns lazy translations' results and enum members into plain text.
            return clean(str(value))
        case int():
            return int(value)
        case float():
            return _finite(Decimal(repr(value)))
        case Decimal():
            return _finite(value)
        case datetime():
            if value.tzinfo is None:
                raise ValueError("a time in a report must carry its zone")
            return value.astimezone(UTC)
        case date():
            return value
    raise TypeError(f"a table cannot hold {type(value).__name__}")


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("a figure must be a finite number; use None where there is none")
    return value


def _number(value: Any) -> Number | None:
    cell = as_cell(value)
    if cell is None or isinstance(cell, int | Decimal):
        return cell
    raise TypeError("a chart is drawn from numbers")


def cell_to_json(value: Cell) -> Any:
    match value:
        case Link():
            return {"link": [value.text, value.href]}
        case Decimal():
            return {"number": str(value)}
        case datetime():
            return {"time": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
    return value


def cell_from_json(value: Any) -> Cell:
    match value:
        case {"link": [text, href]}:
            return Link(text, href)
        case {"number": text}:
            return Decimal(text)
        case {"time": text}:
            return datetime.fromisoformat(text)
        case {"date": text}:
            return date.fromisoformat(text)
    plain: str | int | bool | None = value
    return plain


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its code for machines, its label for people, what its values are."""

    code: str
    label: str
    kind: Kind = Kind.TEXT
    align: str = ""
    places: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))
        object.__setattr__(self, "label", clean(str(self.label)))
        if not self.align:
            object.__setattr__(self, "align", "end" if self.kind in NUMERIC else "start")
        if self.align not in ("start", "end", "center"):
            raise ValueError(f"unknown alignment {self.align!r}")
        if self.places is None and self.kind in PLACES:
            object.__setattr__(self, "places", PLACES[self.kind])

    @property
    def is_number(self) -> bool:
        """Whether values of this column are added, compared and aligned as numbers."""
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Table:
    """Figures with their names: rows under columns, totals, and the definition printed below.

    `links` maps (row number, column code) to an address; `TOTALS` is the totals row and
    `WHOLE_ROW` the row itself. An empty cell is None and is shown as `empty`.
    """

    code: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]] = ()
    totals: Sequence[Any] | None = None
    definition: str = ""
    note: str = ""
    links: Mapping[tuple[int, str], str] = field(default_factory=dict)
    empty: str = "–"

    def __post_init__(self) -> None:
        columns = tuple(self.columns)
        codes = [column.code for column in columns]
        if not columns or len(set(codes)) != len(codes):
            raise ValueError(f"table {self.code!r} needs columns with different codes")
        rows = tuple(self._row(row, len(columns)) for row in self.rows)
        totals = None if self.totals is None else self._row(self.totals, len(columns))
        for row, code in self.links:
            if not (row == TOTALS or 0 <= row < len(rows)) or code not in (WHOLE_ROW, *codes):
                raise ValueError(
                    f"table {self.code!r} links a cell it does not have: {row}, {code!r}"
                )
        put = object.__setattr__
        put(self, "columns", columns)
        put(self, "rows", rows)
        put(self, "totals", totals)
        put(self, "links", {key: str(href) for key, href in self.links.items()})
        for name in ("title", "definition", "note", "empty"):
            put(self, name, clean(str(getattr(self, name))))

    def _row(self, row: Iterable[Any], width: int) -> tuple[Cell, ...]:
        cells = tuple(as_cell(value) for value in row)
        if len(cells) != width:
            raise ValueError(
                f"table {self.code!r} has {width} columns, a row has {len(cells)} cells"
            )
        return cells

    def link(self, row: int, column: Column) -> str:
        """Where the cell leads, or an empty text; a link of the row stands on its first column."""
        href = self.links.get((row, column.code), "")
        if not href and column is self.columns[0]:
            href = self.links.get((row, WHOLE_ROW), "")
        return href

    def to_dict(self) -> dict[str, Any]:
        """The table as JSON values."""
        return {
            "code": self.code,
            "title": self.title,
            "columns": [
                {
                    "code": c.code,
                    "label": c.label,
                    "kind": c.kind.value,
                    "align": c.align,
                    "places": c.places,
                }
                for c in self.columns
            ],
            "rows": [[cell_to_json(cell) for cell in row] for row in self.rows],
            "totals": None if self.totals is None else [cell_to_json(cell) for cell in self.totals],
            "definition": self.definition,
            "note": self.note,
            "links": [[row, code, href] for (row, code), href in sorted(self.links.items())],
            "empty": self.empty,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The table that `to_dict` wrote."""
        return cls(
            code=data["code"],
            title=data["title"],
            columns=[Column(**column) for column in data["columns"]],
            rows=[[cell_from_json(cell) for cell in row] for row in data["rows"]],
            totals=None
            if data["totals"] is None
            else [cell_from_json(cell) for cell in data["totals"]],
            definition=data["definition"],
            note=data["note"],
            links={(row, code): href for row, code, href in data["links"]},
            empty=data["empty"],
        )


@dataclass(frozen=True)
class Series:
    """One line or one colour of bars: a name and a number for every label (None = no figure)."""

    name: str
    values: Sequence[Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", clean(str(self.name)))
        object.__setattr__(self, "values", tuple(_number(value) for value in self.values))


@dataclass(frozen=True)
class Chart:
    """Numbers to be drawn. `links` maps (series number, label number) to an address.

    Charts that are compared get the same `scale_to`, so that equal lengths mean equal numbers.
    """

    KINDS: ClassVar[tuple[str, ...]] = ("bar", "line", "stacked")

    code: str
    title: str
    kind: str
    series: Sequence[Series]
    labels: Sequence[str]
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    value_kind: Kind = Kind.INTEGER
    scale_to: Any = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.kind not in self.KINDS:
            raise ValueError(f"unknown kind of chart {self.kind!r}")
        put = object.__setattr__
        put(self, "labels", tuple(clean(str(label)) for label in self.labels))
        put(self, "series", tuple(self.series))
        put(self, "value_kind", Kind(self.value_kind))
        put(self, "scale_to", _number(self.scale_to))
        put(self, "links", {key: str(href) for key, href in self.links.items()})
        put(self, "title", clean(str(self.title)))
        put(self, "note", clean(str(self.note)))
        for series in self.series:
            if len(series.values) != len(self.labels):
                raise ValueError(
                    f"chart {self.code!r}: series {series.name!r} must have a value for every label"
                )
        for series_at, label_at in self.links:
            if not (0 <= series_at < len(self.series) and 0 <= label_at < len(self.labels)):
                raise ValueError(f"chart {self.code!r} links a mark it does not have")

    def table(self, label: str = "") -> Table:
        """The figures behind the drawing, for people who read rather than look."""
        columns = [
            Column("label", label),
            *(Column(f"s{i}", s.name, self.value_kind) for i, s in enumerate(self.series)),
        ]
        return Table(
            code=self.code,
            title=self.title,
            columns=columns,
            rows=[
                [name, *(s.values[i] for s in self.series)] for i, name in enumerate(self.labels)
            ],
            note=self.note,
            links={
                (label_at, f"s{series_at}"): href
                for (series_at, label_at), href in self.links.items()
            },
        )

    def to_dict(self) -> dict[str, Any]:
        """The chart as JSON values."""
        return {
            "code": self.code,
            "title": self.title,
            "kind": self.kind,
            "series": [
                {"name": s.name, "values": [cell_to_json(v) for v in s.values]} for s in self.series
            ],
            "labels": list(self.labels),
            "links": [
                [series, label, href] for (series, label), href in sorted(self.links.items())
            ],
            "value_kind": self.value_kind.value,
            "scale_to": cell_to_json(self.scale_to),
            "note": self.note,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The chart that `to_dict` wrote."""
        return cls(
            code=data["code"],
            title=data["title"],
            kind=data["kind"],
            series=[
                Series(s["name"], [cell_from_json(v) for v in s["values"]]) for s in data["series"]
            ],
            labels=data["labels"],
            links={(series, label): href for series, label, href in data["links"]},
            value_kind=data["value_kind"],
            scale_to=cell_from_json(data["scale_to"]),
            note=data["note"],
        )

"""Charts as SVG: one drawing for the page and for paper.

Bars start at zero and carry their number; lines carry the name of the series at their end and the
numbers of their first, last and highest points; every mark with an address is a link. On a page
the colours are the page's own (classes of static/css/charts.css); on paper the drawing carries
them itself, because a document has no style sheet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree as ET

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from callcenter.templatetags.formats import az_number
from reports.tables import Chart, Kind, Number

WIDTH, NARROW = 640, 420
ROW = 26
BAR = 16
LETTER = 6.6  # mean width of a letter at the size of the labels
NAMES_AT_MOST = 210
HEIGHT = 220
MOST_POINTS_MARKED = 62
BETWEEN_ENDS = 14
BOLD_LETTER = 7.4
ENDS_AT_MOST = 0.3  # of the width, for names at the ends of lines
#: Series are told apart by these in turn; never more than five in one chart.
COLOURS = ("accent", "info", "warn", "good", "bad")
PAPER = ("ink", "ink-2", "line", "surface", *COLOURS)


def svg(chart: Chart, *, on_paper: bool = False, width: int = WIDTH) -> SafeString:
    """The drawing as text that may stand in a page or in a document; as wide as its place, so
    that its letters keep their size."""
    drawing = _Drawing(chart, width)
    match chart.kind:
        case "line":
            drawing.lines()
        case "stacked":
            drawing.stacks()
        case _:
            drawing.bars()
    root = drawing.root
    if on_paper:
        style = ET.Element("style")
        style.text = _paper_style()
        root.insert(0, style)
    # Every text went through ElementTree, which escapes it.
    return mark_safe(ET.tostring(root, encoding="unicode"))


@lru_cache(maxsize=1)
def _paper_style() -> str:
    """The rules of the charts with the light values of the tokens in their places."""
    css = Path(settings.BASE_DIR) / "static" / "css"
    tokens = (css / "tokens.css").read_text("utf-8")
    rules = (css / "charts.css").read_text("utf-8")
    rules = rules[rules.index("/* drawing */") : rules.index("/* end of drawing */")]
    for name in PAPER:
        found = re.search(rf"--{name}: light-dark\((#\w+),", tokens)
        rules = rules.replace(f"var(--{name})", found[1] if found else "black")
    return rules


def shown(value: Number | None, kind: Kind) -> str:
    """A number as people read it, with its unit."""
    if value is None:
        return "–"
    text = az_number(value, 0 if value == int(value) else 1)
    return f"{text} %" if kind is Kind.SHARE else str(text)


@dataclass
class _Drawing:
    chart: Chart
    width: int = WIDTH
    root: ET.Element = field(init=False)

    def __post_init__(self) -> None:
        self.root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "class": f"chart chart-{self.chart.kind}",
                "role": "group",
                "aria-label": self.chart.title,
            },
        )

    def bars(self) -> None:
        """Lying bars, a group for each label, a bar for each series."""
        chart = self.chart
        many = len(chart.series) > 1
        left = self._names_width()
        group = ROW * len(chart.series) + (8 if many else 0)
        top = ROW if many else 4
        self._size(top + group * len(chart.labels) + 4)
        if many:
            self._legend(left)
        most = self._most()
        room = self.width - left - 74
        for label_at, label in enumerate(chart.labels):
            y = top + label_at * group
            self._text(left - 8, y + ROW / 2 + 4, label, "chart-name", cut=left)
            for at, series in enumerate(chart.series):
                value = series.values[label_at]
                parent = self._link(at, label_at)
                middle = y + at * ROW + ROW / 2
                length = room * float(value or 0) / most
                _put(
                    parent, "rect", x=left, y=middle - BAR / 2, width=max(length, 1), height=BAR,
                    rx=2, klass=f"chart-mark chart-{COLOURS[at % 5]}",
                )  # fmt: skip
                words = shown(value, chart.value_kind)
                _put(parent, "text", words, x=left + length + 6, y=middle + 4, klass="chart-value")
        self._line(left, top - 2, left, top + group * len(chart.labels) + 2)

    def stacks(self) -> None:
        """Lying bars cut into parts; a part that has room carries its number."""
        chart = self.chart
        left = self._names_width()
        top = ROW
        self._size(top + ROW * len(chart.labels) + 4)
        self._legend(left)
        sums = [
            sum((float(s.values[i] or 0) for s in chart.series), 0.0)
            for i in range(len(chart.labels))
        ]
        most = float(chart.scale_to or 0) or max(sums, default=0) or 1
        room = self.width - left - 74
        for label_at, label in enumerate(chart.labels):
            middle = top + label_at * ROW + ROW / 2
            self._text(left - 8, middle + 4, label, "chart-name", cut=left)
            x = float(left)
            for at, series in enumerate(chart.series):
                value = series.values[label_at]
                length = room * float(value or 0) / most
                if length <= 0:
                    continue
                parent = self._link(at, label_at)
                _put(
                    parent, "rect", x=x, y=middle - BAR / 2, width=max(length - 1, 1), height=BAR,
                    klass=f"chart-mark chart-{COLOURS[at % 5]}",
                )  # fmt: skip
                words = shown(value, chart.value_kind)
                if length > len(words) * LETTER + 6:
                    _put(
                        parent, "text", words, x=x + length / 2, y=middle + 4, klass="chart-inside"
                    )
                x += length
            total = shown(Decimal(str(sums[label_at])), chart.value_kind)
            self._text(x + 6, middle + 4, total, "chart-value")
        self._line(left, top - 2, left, top + ROW * len(chart.labels) + 2)

    def lines(self) -> None:
        """Lines over equal steps; a missing figure breaks its line."""
        chart = self.chart
        self._size(HEIGHT)
        known = [
            next((v for v in reversed(series.values) if v is not None), None)
            for series in chart.series
        ]
        ends = [shown(value, chart.value_kind) for value in known]
        named = [f"{one.name} {end}" for one, end in zip(chart.series, ends, strict=True)]
        # Names that are too long for the end of a line stand above the lines.
        is_long = self._beside(named) > ENDS_AT_MOST * self.width
        words_at_end = ends if is_long else named
        left, top, bottom = 12.0, 40.0 if is_long else 22.0, HEIGHT - 26.0
        right = self.width - self._beside(words_at_end)
        if is_long:
            self._legend(left, as_lines=True)
        most = self._most()
        steps = max(len(chart.labels) - 1, 1)
        self._line(left, bottom, right, bottom)
        self._under(left, right, bottom)
        placed: list[tuple[float, str, str]] = []
        for at, series in enumerate(chart.series):
            points = [
                None
                if value is None
                else (
                    left + (right - left) * i / steps,
                    bottom - (bottom - top) * float(value) / most,
                )
                for i, value in enumerate(series.values)
            ]
            colour = COLOURS[at % 5]
            for piece in _pieces(points):
                path = " ".join(f"{x:.1f},{y:.1f}" for x, y in piece)
                _put(self.root, "polyline", points=path, klass=f"chart-line chart-{colour}-line")
            told = _told(series.values) if at == 0 else set()
            for label_at, point in enumerate(points):
                if point is None:
                    continue
                self._point(at, label_at, point, label_at in told, colour)
            last = next((p for p in reversed(points) if p is not None), None)
            if last is not None:
                placed.append((last[1] + 4, words_at_end[at], f"chart-end chart-{colour}-text"))
        for y, words, klass in _apart(placed, bottom + 4):
            self._text(right + 8, y, words, klass)

    def _beside(self, words: list[str]) -> float:
        """Room the longest of the words needs after the end of a line."""
        return max((len(one) for one in words), default=0) * BOLD_LETTER + 16

    def _point(
        self, at: int, label_at: int, point: tuple[float, float], told: bool, colour: str
    ) -> None:
        chart = self.chart
        x, y = point
        value = shown(chart.series[at].values[label_at], chart.value_kind)
        parent = self._link(at, label_at)
        if len(chart.labels) <= MOST_POINTS_MARKED or told:
            _put(parent, "circle", cx=x, cy=y, r=3, klass=f"chart-mark chart-{colour}")
        # The place to point at is wider than the mark.
        _put(parent, "circle", cx=x, cy=y, r=8, klass="chart-target")
        if told and label_at != len(chart.labels) - 1:
            first = "start" if label_at == 0 else "middle"
            _put(parent, "text", value, x=x, y=max(y - 8, 11), klass=f"chart-point chart-{first}")

    def _under(self, left: float, right: float, bottom: float) -> None:
        labels = self.chart.labels
        if not labels:
            return
        steps = max(len(labels) - 1, 1)
        widest = max(len(label) for label in labels) * LETTER + 12
        every = max(1, -(-len(labels) // max(int((right - left) / widest), 1)))
        for i in range(0, len(labels), every):
            anchor = "chart-start" if i == 0 else "chart-middle"
            x = left + (right - left) * i / steps
            self._text(x, bottom + 17, labels[i], f"chart-under {anchor}")

    def _most(self) -> float:
        values = [float(v) for s in self.chart.series for v in s.values if v is not None]
        return float(self.chart.scale_to or 0) or max(values, default=0) or 1

    def _names_width(self) -> float:
        widest = max((len(label) for label in self.chart.labels), default=0) * LETTER + 16
        return max(min(widest, NAMES_AT_MOST * self.width / WIDTH), 40)

    def _size(self, height: float) -> None:
        self.root.set("viewBox", f"0 0 {self.width} {height:g}")
        self.root.set("width", str(self.width))
        self.root.set("height", f"{height:g}")

    def _legend(self, left: float, *, as_lines: bool = False) -> None:
        x = left
        for at, series in enumerate(self.chart.series):
            colour = COLOURS[at % 5]
            if as_lines:
                klass = f"chart-line chart-{colour}-line"
                _put(self.root, "polyline", points=f"{x:.1f},10 {x + 22:.1f},10", klass=klass)
                x += 13
            else:
                _put(self.root, "rect", x=x, y=5, width=10, height=10, klass=f"chart-{colour}")
            self._text(x + 15, 14, series.name, "chart-legend")
            x += len(series.name) * LETTER + 32

    def _link(self, series_at: int, label_at: int) -> ET.Element:
        chart = self.chart
        series = chart.series[series_at]
        words = f"{chart.labels[label_at]}: {shown(series.values[label_at], chart.value_kind)}"
        if len(chart.series) > 1:
            words = f"{series.name}, {words}"
        href = chart.links.get((series_at, label_at))
        parent = (
            ET.SubElement(self.root, "a", {"href": href, "aria-label": words})
            if href
            else ET.SubElement(self.root, "g")
        )
        ET.SubElement(parent, "title").text = words
        return parent

    def _text(self, x: float, y: float, words: str, klass: str, cut: float = 0) -> None:
        most = int((cut - 12) / LETTER) if cut else 0
        short = words if not most or len(words) <= most else f"{words[: most - 1]}…"
        placed = _put(self.root, "text", short, x=x, y=y, klass=klass)
        if short != words:
            ET.SubElement(placed, "title").text = words

    def _line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        _put(self.root, "line", x1=x1, y1=y1, x2=x2, y2=y2, klass="chart-axis")


def _put(
    parent: ET.Element, tag: str, words: str = "", *, klass: str, **values: float | str
) -> ET.Element:
    made = ET.SubElement(
        parent,
        tag,
        {
            "class": klass,
            **{
                k: v if isinstance(v, str) else f"{v:.1f}".rstrip("0").rstrip(".")
                for k, v in values.items()
            },
        },
    )
    if words:
        made.text = words
    return made


def _pieces(points: list[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    pieces: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            pieces.append([])
        else:
            pieces[-1].append(point)
    return [piece for piece in pieces if len(piece) > 1]


def _apart(ends: list[tuple[float, str, str]], lowest: float) -> list[tuple[float, str, str]]:
    """Names at the ends of lines moved apart, none below the lowest place: there stands the axis."""
    placed: list[tuple[float, str, str]] = []
    limit = lowest
    for y, words, klass in sorted(ends, key=lambda end: -end[0]):
        placed.append((min(y, limit), words, klass))
        limit = placed[-1][0] - BETWEEN_ENDS
    return placed


def _told(values: tuple[Number | None, ...] | object) -> set[int]:
    """Which points carry their number: the first, the last and the highest."""
    assert isinstance(values, tuple)
    known = [i for i, value in enumerate(values) if value is not None]
    if not known:
        return set()
    return {known[0], known[-1], max(known, key=lambda i: values[i])}

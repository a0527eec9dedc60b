"""Charts: every mark with an address is a link, every number stands beside its mark."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from django_cotton import render_component

from reports.charts import PAPER, svg
from reports.tables import Chart, Kind, Series

SVG = "{http://www.w3.org/2000/svg}"


def chart(kind: str = "bar", **more: object) -> Chart:
    values = {
        "code": "c", "title": "Strukturlar <üzrə>", "kind": kind,
        "series": [Series("Vaxtında", [94, Decimal("61.5"), None])],
        "labels": ["DVX", "KOBİA & ortaqlar", "ƏMDX"],
        "links": {(0, 0): "/appeals/?figure=a&kind=b", (0, 1): "/appeals/?x=1"},
        "value_kind": Kind.SHARE, **more,
    }  # fmt: skip
    return Chart(**values)


@pytest.mark.parametrize("kind", Chart.KINDS)
@pytest.mark.parametrize("on_paper", [False, True])
def test_a_drawing_is_sound_xml_with_its_links_and_numbers(kind, on_paper) -> None:
    root = ET.fromstring(svg(chart(kind), on_paper=on_paper))
    links = [link.get("href") for link in root.iter(f"{SVG}a")]
    assert links == ["/appeals/?figure=a&kind=b", "/appeals/?x=1"]
    words = "".join(root.itertext())
    assert "94 %" in words and "61,5 %" in words and "KOBİA & ortaqlar" in words
    assert bool(list(root.iter(f"{SVG}style"))) is on_paper
    assert "script" not in svg(chart(kind))


def test_bars_begin_at_zero_and_are_as_long_as_their_numbers() -> None:
    drawn = ET.fromstring(svg(chart(scale_to=100)))
    bars = [rect for rect in drawn.iter(f"{SVG}rect")]
    assert len({rect.get("x") for rect in bars}) == 1
    first, second = (float(rect.get("width")) for rect in bars[:2])
    assert first / second == pytest.approx(94 / 61.5, rel=0.01)


def test_a_line_breaks_where_a_figure_is_missing() -> None:
    told = chart("line", series=[Series("a", [1, 2, None, 3, 4])], labels=list("abcde"), links={})
    assert len(list(ET.fromstring(svg(told)).iter(f"{SVG}polyline"))) == 2


def test_nothing_is_drawn_from_nothing() -> None:
    for kind in Chart.KINDS:
        empty = Chart(code="c", title="t", kind=kind, series=[Series("a", [])], labels=[])
        ET.fromstring(svg(empty))
        zeros = Chart(
            code="c", title="t", kind=kind, series=[Series("a", [0, 0])], labels=["x", "y"]
        )
        ET.fromstring(svg(zeros))


def test_paper_has_the_colours_of_the_tokens() -> None:
    text = svg(chart(), on_paper=True)
    assert "var(--" not in text.replace("var(--font)", "")
    assert "#0b5c7a" in text and len(PAPER) == 9


def test_the_component_shows_the_table_behind_the_chart(rf) -> None:
    html = render_component(rf.get("/"), "chart", {"chart": chart(), "label": "Struktur"})
    assert html.count('href="/appeals/?figure=a&amp;kind=b"') == 2  # the bar and the cell
    assert "<summary>" in html and "61,5 %" in html


def test_the_names_at_the_ends_of_lines_stand_apart_and_above_the_axis() -> None:
    """Lines that end together at nought would push their names onto the days under them."""
    zero = [Series(name, [5, 3, 0]) for name in ("Daxil olub", "Başa çatıb", "Gecikib")]
    root = ET.fromstring(svg(chart("line", series=zero, links={}, labels=["1", "2", "3"])))
    ends = [one for one in root.iter(f"{SVG}text") if "chart-end" in one.get("class")]
    places = sorted(float(one.get("y")) for one in ends)
    axis = min(
        float(one.get("y")) for one in root.iter(f"{SVG}text") if "chart-under" in one.get("class")
    )
    assert len(places) == 3 and places[-1] < axis - 8
    assert all(below - above >= 12 for above, below in zip(places, places[1:], strict=False))

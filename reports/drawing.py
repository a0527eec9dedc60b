"""Charts of a report as SVG, and the same in words for those who do not see them."""

from __future__ import annotations

import typst
from django.utils.translation import gettext as _

from reports.charts import svg
from reports.documents.words import number_text
from reports.tables import Chart


def svg_of(chart: Chart) -> str:
    """The drawing for paper; empty where no mark would stand on it."""
    marks = any(value for series in chart.series for value in series.values)
    return svg(chart, on_paper=True) if marks else ""


def alt_of(chart: Chart) -> str:
    """The chart's title and its figures, one series after another."""
    parts = []
    for series in chart.series:
        pairs = [
            f"{label}: {number_text(value, 1) if value is not None else '–'}"
            for label, value in zip(chart.labels, series.values, strict=True)
        ]
        parts.append(f"{series.name}: {'; '.join(pairs)}")
    return _("%(title)s. %(figures)s") % {"title": chart.title, "figures": ". ".join(parts)}


def png_of(chart: Chart) -> bytes:
    """The same drawing as a picture, for documents that hold no SVG; empty where there is none."""
    drawn = svg_of(chart)
    if not drawn:
        return b""
    source = (
        "#set page(width: 17cm, height: auto, margin: 0pt, fill: none)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    )
    made: bytes = typst.compile(source.encode(), format="png", ppi=160, sys_inputs={"svg": drawn})
    return made

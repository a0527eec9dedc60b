"""A report as PDF through Typst. All text goes in as data, so nothing typed is ever markup."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from reports.document import (
    ChartBlock,
    Commentary,
    Document,
    Heading,
    PageBreak,
    Sentences,
    TableBlock,
)
from reports.documents.words import cell_text, cover_lines, moment
from reports.drawing import alt_of, svg_of
from reports.tables import Kind, Table

TEMPLATE = Path(__file__).resolve().parent.parent / "typst" / "report.typ"
#: PDF/UA-1: tagged for screen readers; a document that is not fails to be built.
STANDARD = "ua-1"
#: Shares of the line's width by what stands in the column; names are long, numbers short.
WIDTHS = {Kind.TEXT: 2.8, Kind.LINK: 1.8, Kind.DATE: 1.2, Kind.DATETIME: 1.6}


def render(document: Document) -> bytes:
    """The bytes of the PDF: tagged, with cover, contents and page numbers; equal for equal documents."""
    with translation.override(document.language):
        made: bytes = typst.compile(
            TEMPLATE.read_bytes(),
            format="pdf",
            sys_inputs={"report": json.dumps(_data(document), ensure_ascii=False)},
            timestamp=int((document.signed_at or document.built_at).timestamp()),
            pdf_standards=STANDARD,
            # Only the fonts that come with Typst: equal bytes on every machine.
            ignore_system_fonts=True,
        )
    return made


def _data(document: Document) -> dict[str, object]:
    cover = cover_lines(document)
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "organisation": document.organisation,
        "period": document.period_label,
        "edition": cover.edition,
        "corrects": cover.corrects,
        "signature": cover.signature,
        "built": _("Built %(time)s") % {"time": moment(document.built_at)},
        "language": document.language,
        "digest": document.digest(),
        "words": {"contents": _("Contents"), "digest": _("Control sum of the document (SHA-256)")},
        "blocks": [made for block in document.blocks for made in _block(block)],
    }


def _block(block: object) -> list[dict[str, Any]]:
    match block:
        case Heading():
            return [{"is": "heading", "text": block.text, "level": block.level}]
        case Sentences():
            return [{"is": "text", "text": " ".join(block.items)}]
        case Commentary():
            if not block.paragraphs:
                return []
            return [
                {
                    "is": "commentary",
                    "title": block.title or _("Commentary"),
                    "author": block.author,
                    "paragraphs": [part.split("\n") for part in block.paragraphs],
                }
            ]
        case ChartBlock():
            svg = svg_of(block.chart)
            return [{"is": "chart", "svg": svg, "alt": alt_of(block.chart)}] if svg else []
        case TableBlock():
            return [_table(block.table)]
        case PageBreak():
            return [{"is": "page_break"}]
    return []


def _table(table: Table) -> dict[str, Any]:
    lines = [*table.rows, *([table.totals] if table.totals is not None else [])]
    numeric = [column.is_number for column in table.columns]
    return {
        "is": "table",
        "labels": [column.label for column in table.columns],
        "numeric": numeric,
        "widths": [WIDTHS.get(column.kind, 1.0) for column in table.columns],
        "rows": [
            [
                cell_text(column, cell, table.empty)
                for column, cell in zip(table.columns, row, strict=True)
            ]
            for row in lines
        ],
        "total": table.totals is not None,
        "notes": [note for note in (table.note, table.definition) if note],
    }

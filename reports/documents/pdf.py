"""A report as PDF through Typst. All text goes in as data, so nothing typed is ever markup."""

from __future__ import annotations

import json
import re
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
from reports.tables import Column, Kind, Table

TEMPLATE = Path(__file__).resolve().parent.parent / "typst" / "report.typ"
#: PDF/UA-1: tagged for screen readers; a document that is not fails to be built.
STANDARD = "ua-1"
#: Shares of the line's width by what stands in the column; names are long, numbers short.
#: Letters beyond which a word of a label may be divided, and the vowels that say where.
LONG_WORD = 9
VOWELS = "aeəıioöuüаеёиоуыэюя"
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
        "labels": [breakable(column.label) for column in table.columns],
        "numeric": numeric,
        "widths": [_width(column) for column in table.columns],
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


def _width(column: Column) -> float:
    """A column of numbers is as wide as the longest piece of its label needs."""
    if column.kind in WIDTHS:
        return WIDTHS[column.kind]
    pieces = re.split(r"[\s\u00ad]+", breakable(column.label))
    return max(1.0, 0.13 * max(len(piece) for piece in pieces), len(column.label) / 22)


def breakable(label: str) -> str:
    """Long words of a column's label with places to break at: before a consonant and its vowel,
    which is how words are divided in Azerbaijani and, near enough, in Russian."""
    return " ".join(_divided(word) if len(word) > LONG_WORD else word for word in label.split(" "))


def _divided(word: str) -> str:
    return re.sub(
        rf"(?<=\w{{3}})(?=[^\W\d_{VOWELS}][{VOWELS}]\w)", "\u00ad", word, flags=re.IGNORECASE
    )

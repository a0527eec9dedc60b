"""A report as PDF through Typst. All text goes in as data, so nothing typed is ever markup."""

from __future__ import annotations

import json
from pathlib import Path

import typst
from django.utils import timezone

from reports.document import Commentary, Document, Heading, Sentences, TableBlock
from reports.documents.words import cell_text

TEMPLATE = Path(__file__).resolve().parent.parent / "typst" / "report.typ"


def render(document: Document) -> bytes:
    """The bytes of the PDF, tagged, with cover, contents and page numbers."""
    made: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"report": json.dumps(_data(document), ensure_ascii=False)},
        timestamp=int(document.built_at.timestamp()),
    )
    return made


def _data(document: Document) -> dict[str, object]:
    blocks: list[dict[str, object]] = []
    for block in document.blocks:
        match block:
            case Heading():
                blocks.append({"is": "heading", "text": block.text, "level": block.level})
            case Sentences():
                blocks.append({"is": "text", "text": " ".join(block.items)})
            case Commentary():
                blocks.extend({"is": "text", "text": part} for part in block.paragraphs)
            case TableBlock():
                table = block.table
                lines = [*table.rows, *([table.totals] if table.totals is not None else [])]
                blocks.append(
                    {
                        "is": "table",
                        "labels": [column.label for column in table.columns],
                        "numeric": [column.is_number for column in table.columns],
                        "rows": [
                            [
                                cell_text(column, cell, table.empty)
                                for column, cell in zip(table.columns, row, strict=True)
                            ]
                            for row in lines
                        ],
                        "total": table.totals is not None,
                        "definition": table.definition,
                    }
                )
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "organisation": document.organisation,
        "period": document.period_label,
        "built": f"{timezone.localtime(document.built_at):%d.%m.%Y %H:%M}",
        "language": document.language,
        "blocks": blocks,
    }

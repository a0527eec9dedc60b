"""A report as a Word document: real headings, real tables with a repeated header row."""

from __future__ import annotations

import io

from django.utils import timezone
from docx import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Pt
from docx.table import Table as WordTable

from reports.document import Commentary, Document, Heading, PageBreak, Sentences, TableBlock
from reports.documents.words import cell_text
from reports.tables import Table


def render(document: Document) -> bytes:
    """The bytes of the document."""
    word = Word()
    word.core_properties.title = document.title
    word.core_properties.author = document.organisation
    word.core_properties.language = document.language
    word.styles["Normal"].font.name = "Times New Roman"
    word.styles["Normal"].font.size = Pt(11)
    word.add_paragraph(document.organisation)
    word.add_heading(document.title, level=0)
    word.add_paragraph(f"{document.subtitle} · {document.period_label}")
    word.add_paragraph(f"{timezone.localtime(document.built_at):%d.%m.%Y %H:%M}")
    for block in document.blocks:
        match block:
            case Heading():
                word.add_heading(block.text, level=min(block.level, 3))
            case Sentences():
                word.add_paragraph(" ".join(block.items))
            case TableBlock():
                _table(word.add_table(rows=1, cols=len(block.table.columns)), block.table)
                if block.table.definition:
                    word.add_paragraph(block.table.definition).runs[0].italic = True
            case Commentary():
                for paragraph in block.paragraphs:
                    word.add_paragraph(paragraph)
            case PageBreak():
                word.add_page_break()
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _table(made: WordTable, table: Table) -> None:
    made.style = "Light Grid"
    for at, column in enumerate(table.columns):
        made.rows[0].cells[at].text = column.label
    repeated = OxmlElement("w:tblHeader")
    made.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in (*table.rows, *([table.totals] if table.totals is not None else ())):
        cells = made.add_row().cells
        for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            cells[at].text = cell_text(column, value, table.empty)
            if column.is_number:
                cells[at].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT

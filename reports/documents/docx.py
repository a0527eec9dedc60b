"""A report as a Word document: real headings, real tables with a repeated header row, page numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _
from docx import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

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
from reports.drawing import alt_of, png_of
from reports.tables import Cell, Kind, Table

FONT = "Times New Roman"
INK = RGBColor(0x14, 0x30, 0x4A)
GREY = RGBColor(0x46, 0x46, 0x46)
#: Centimetres between the margins, and the shares of it by what stands in a column.
WIDTH = 17.0
SHARES = {Kind.TEXT: 2.8, Kind.LINK: 1.8, Kind.DATE: 1.3, Kind.DATETIME: 1.6}
LOCALES = {"az": "az-Latn-AZ", "en": "en-GB", "ru": "ru-RU"}


def render(document: Document) -> bytes:
    """The bytes of the document."""
    with translation.override(document.language):
        word = Word()
        _prepare(word, document)
        _cover(word, document)
        for block in document.blocks:
            _block(word, block)
        _closing(word, document)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _prepare(word: Word, document: Document) -> None:
    core = word.core_properties
    core.title = f"{document.title}. {document.period_label}"
    core.author = document.organisation
    core.comments = ""
    core.language = LOCALES.get(document.language, "az-Latn-AZ")
    core.created = core.modified = document.built_at.replace(tzinfo=None)
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    for name, size, space in (
        ("Normal", 11, 6),
        ("Title", 22, 12),
        ("Heading 1", 14, 6),
        ("Heading 2", 12, 6),
    ):
        style = word.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FONT)
        fonts = style.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        style.paragraph_format.space_after = Pt(space)
        if name != "Normal":
            style.font.color.rgb = INK
    _language(word.styles["Normal"].element.get_or_add_rPr(), document.language)
    section.different_first_page_header_footer = True
    footer = section.footer.paragraphs[0]
    footer.alignment = ALIGN.CENTER
    _page_number(footer)


def _cover(word: Word, document: Document) -> None:
    cover = cover_lines(document)
    _line(word, document.organisation, ALIGN.CENTER, bold=True, size=13)
    _line(word, document.subtitle, ALIGN.CENTER, size=11).paragraph_format.space_after = Pt(170)
    title = word.add_heading(document.title, level=0)
    title.alignment = ALIGN.CENTER
    _line(word, document.period_label, ALIGN.CENTER, size=15)
    for extra in (cover.edition, document.corrects):
        if extra:
            _line(word, extra, ALIGN.CENTER, size=11)
    word.add_paragraph().paragraph_format.space_after = Pt(150)
    for one in cover.signature:
        _line(word, one, ALIGN.RIGHT, size=11)
    built = _("Built %(time)s") % {"time": moment(document.built_at)}
    _line(word, built, ALIGN.CENTER, size=10)
    word.add_page_break()


def _closing(word: Word, document: Document) -> None:
    words = _("Control sum of the document (SHA-256)")
    _line(word, f"{words}: {document.digest()}", ALIGN.LEFT, size=8)


def _line(
    word: Word, text: str, align: ALIGN, *, bold: bool = False, size: float = 11
) -> Paragraph:
    paragraph = word.add_paragraph()
    paragraph.alignment = align
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
    return paragraph


def _block(word: Word, block: object) -> None:
    match block:
        case Heading():
            word.add_heading(block.text, level=block.level)
        case Sentences():
            word.add_paragraph(" ".join(block.items)).alignment = ALIGN.JUSTIFY
        case ChartBlock():
            _chart(word, block)
        case TableBlock():
            _table(word, block.table)
        case Commentary() if block.paragraphs:
            word.add_heading(block.title or _("Commentary"), level=1)
            for part in block.paragraphs:
                word.add_paragraph(part)  # single line ends become line breaks
            if block.author:
                _line(word, block.author, ALIGN.RIGHT).runs[0].italic = True
        case PageBreak():
            word.add_page_break()


def _chart(word: Word, block: ChartBlock) -> None:
    picture = png_of(block.chart)
    if not picture:
        return
    shape = word.add_picture(io.BytesIO(picture), width=Cm(WIDTH))
    shape._inline.docPr.set("descr", alt_of(block.chart))


def _table(word: Word, table: Table) -> None:
    """Written cell by cell as XML: python-docx's own way is slow for long tables."""
    made = word.add_table(rows=0, cols=len(table.columns))
    made.style = "Table Grid"
    made.autofit = False
    shares = [SHARES.get(column.kind, 1.0) for column in table.columns]
    widths = [Cm(WIDTH * share / sum(shares)) for share in shares]
    for grid, width in zip(made._tbl.tblGrid.gridCol_lst, widths, strict=True):
        grid.w = width
    numbers = [column.is_number for column in table.columns]
    rows: list[tuple[Sequence[str], bool]] = [([column.label for column in table.columns], True)]
    for row in table.rows:
        rows.append((_texts(table, row), False))
    if table.totals is not None:
        rows.append((_texts(table, table.totals), True))
    for at, (texts, is_strong) in enumerate(rows):
        made._tbl.append(_row(texts, widths, numbers, is_strong, is_header=at == 0))
    for note in (table.note, table.definition):
        if note:
            run = word.add_paragraph().add_run(note)
            run.italic, run.font.size, run.font.color.rgb = True, Pt(9), GREY


def _texts(table: Table, row: Sequence[Cell]) -> list[str]:
    return [cell_text(c, v, table.empty) for c, v in zip(table.columns, row, strict=True)]


def _row(
    texts: Sequence[str],
    widths: Sequence[int],
    numbers: Sequence[bool],
    is_strong: bool,
    is_header: bool,
) -> OxmlElement:
    row = OxmlElement("w:tr")
    about = _into(row, "w:trPr")
    _into(about, "w:cantSplit")
    if is_header:
        _into(about, "w:tblHeader")
    for text, width, is_number in zip(texts, widths, numbers, strict=True):
        cell = _into(row, "w:tc")
        cell_about = _into(cell, "w:tcPr")
        size = _into(cell_about, "w:tcW")
        size.set(qn("w:w"), str(int(width / 635)))
        size.set(qn("w:type"), "dxa")
        if is_strong:
            shade = _into(cell_about, "w:shd")
            shade.set(qn("w:val"), "clear")
            shade.set(qn("w:color"), "auto")
            shade.set(qn("w:fill"), "F2F2F2")
        paragraph = _into(cell, "w:p")
        paragraph_about = _into(paragraph, "w:pPr")
        _into(paragraph_about, "w:spacing").set(qn("w:after"), "0")
        _into(paragraph_about, "w:jc").set(qn("w:val"), "right" if is_number else "left")
        run = _into(paragraph, "w:r")
        run_about = _into(run, "w:rPr")
        if is_strong:
            _into(run_about, "w:b")
        _into(run_about, "w:sz").set(qn("w:val"), "18")
        written = _into(run, "w:t")
        written.text = text
        written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return row


def _into(parent: OxmlElement, name: str) -> OxmlElement:
    child = OxmlElement(name)
    parent.append(child)
    return child


def _language(about: OxmlElement, language: str) -> None:
    found = about.find(qn("w:lang"))
    tag = found if found is not None else _into(about, "w:lang")
    tag.set(qn("w:val"), LOCALES.get(language, "az-Latn-AZ"))


def _page_number(paragraph: Paragraph) -> None:
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("t", "1"), ("end", "")):
        if kind == "t":
            run.add_text(text)
        elif kind:
            _into(run._r, "w:fldChar").set(qn("w:fldCharType"), kind)
        else:
            instruction = _into(run._r, "w:instrText")
            instruction.text = text

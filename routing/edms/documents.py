"""The memo as Word and PDF in the office form, and its metadata as JSON and XML. All text goes
in as data, so nothing typed is ever markup."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from callcenter.templatetags.formats import az_date
from routing.edms.models import EdmsMemo

TEMPLATE = Path(__file__).resolve().parent / "memo.typ"
STANDARD = "ua-1"
FONT = "Times New Roman"
#: Office papers are in the state language, whoever reads the page.
LANGUAGE = "az"


class CannotMake(Exception):
    """The document could not be made; the text says why."""


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def files_of(memo: EdmsMemo) -> dict[str, bytes]:
    """All four files, by name. Raises CannotMake."""
    with translation.override(LANGUAGE):
        form = _form(memo)
    documents = {"memo.docx": _docx(form, memo), "memo.pdf": _pdf(form, memo)}
    meta = metadata(memo, {name: digest(content) for name, content in documents.items()})
    return {
        **documents,
        "meta.json": json.dumps(meta, ensure_ascii=False, indent=2, sort_keys=True).encode(),
        "meta.xml": _xml(meta),
    }


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _form(memo: EdmsMemo) -> dict[str, Any]:
    """The parts of the form, in the order they stand."""
    executor = ", ".join(filter(None, (memo.executor_name, memo.executor_phone)))
    return {
        "organisation": settings.ORGANISATION,
        "office": _("Sector for organising the work of the call centre"),
        "number": f"№ {memo.number}",
        "date": str(az_date(memo.dated_on)),
        "addressee": [part for part in (memo.addressee, memo.addressee_name) if part],
        "title": _("Memo"),
        "subject_word": _("Subject"),
        "subject": memo.subject,
        "paragraphs": [part for part in memo.text.split("\n") if part.strip()],
        "appeal_word": _("Text of the appeal") if memo.appeal_text else "",
        "appeal_paragraphs": [part for part in memo.appeal_text.split("\n") if part.strip()],
        "due": _("The answer is expected by %(date)s.") % {"date": az_date(memo.due_on)}
        if memo.due_on
        else "",
        "post": _("Head of the sector"),
        "signature_word": _("(signature)"),
        "signer": memo.signer_name,
        "executor": f"{_('Executor')}: {executor}" if executor else "",
    }


def _noon(memo: EdmsMemo) -> dt.datetime:
    return dt.datetime.combine(memo.dated_on, dt.time(12), timezone.get_current_timezone())


def _pdf(form: dict[str, Any], memo: EdmsMemo) -> bytes:
    try:
        made: bytes = typst.compile(
            _template(),
            format="pdf",
            sys_inputs={"memo": json.dumps(form, ensure_ascii=False)},
            timestamp=int(_noon(memo).timestamp()),
            pdf_standards=STANDARD,
            ignore_system_fonts=True,
        )
    except typst.TypstError as error:
        raise CannotMake(str(error)[:200]) from error
    return made


def _docx(form: dict[str, Any], memo: EdmsMemo) -> bytes:
    word = Document()
    core = word.core_properties
    core.title, core.author, core.comments = f"{form['title']} {memo.number}", memo.signer_name, ""
    core.language = "az-Latn-AZ"
    core.created = core.modified = _noon(memo).replace(tzinfo=None)
    style = word.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(14)
    style.paragraph_format.space_after = Pt(0)
    _as_office_paper(word.styles["Heading 1"])
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)

    def line(text: str, *, align: Any = ALIGN.LEFT, bold: bool = False, after: int = 0) -> Any:
        paragraph = word.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.space_after = Pt(after)
        paragraph.add_run(text).bold = bold
        return paragraph

    line(form["organisation"], align=ALIGN.CENTER, bold=True)
    line(form["office"], align=ALIGN.CENTER, after=12)
    head = word.add_table(rows=1, cols=2)
    head.autofit = False
    left, right = head.rows[0].cells
    left.width, right.width = Cm(8), Cm(8.5)
    left.paragraphs[0].add_run(form["number"])
    left.add_paragraph(form["date"])
    for place, part in enumerate(form["addressee"]):
        paragraph = right.paragraphs[0] if place == 0 else right.add_paragraph()
        paragraph.add_run(part).bold = place == 0
    line("", after=6)
    title = word.add_heading(form["title"], level=1)
    title.alignment = ALIGN.CENTER
    line(f"{form['subject_word']}: {form['subject']}", bold=True, after=12)
    for part in form["paragraphs"]:
        line(part, align=ALIGN.JUSTIFY, after=6).paragraph_format.first_line_indent = Cm(1.25)
    if form["appeal_word"]:
        line(f"{form['appeal_word']}:", bold=True, after=6)
        for part in form["appeal_paragraphs"]:
            line(part, align=ALIGN.JUSTIFY, after=6).paragraph_format.first_line_indent = Cm(1.25)
    if form["due"]:
        line(form["due"], after=24)
    sign = word.add_table(rows=2, cols=3)
    for cell, text in zip(
        sign.rows[0].cells, (form["post"], "_" * 18, form["signer"]), strict=True
    ):
        cell.paragraphs[0].add_run(text)
    small = sign.rows[1].cells[1].paragraphs[0]
    small.alignment = ALIGN.CENTER
    small.add_run(form["signature_word"]).font.size = Pt(9)
    if form["executor"]:
        line("", after=12)
        line(form["executor"]).runs[0].font.size = Pt(10)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _as_office_paper(heading: Any) -> None:
    """A heading for who goes through the document by headings, in the letters of its text: the theme's
    own colour and face would stand before what is set here."""
    heading.font.name, heading.font.size = FONT, Pt(14)
    heading.font.color.rgb = RGBColor(0, 0, 0)
    faces = heading.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        faces.attrib.pop(qn(f"w:{theme}"), None)
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(6), Pt(6)


def metadata(memo: EdmsMemo, files: dict[str, str]) -> dict[str, Any]:
    """What a machine needs to know of the memo; nothing of the applicant."""
    return {
        "key": str(memo.client_id),
        "number": memo.number,
        "date": memo.dated_on.isoformat(),
        "appeal": memo.appeal.number,
        "kind": memo.appeal.kind,
        "organisation": settings.ORGANISATION,
        "addressee": memo.addressee,
        "addressee_name": memo.addressee_name,
        "subject": memo.subject,
        "signer": memo.signer_name,
        "executor": memo.executor_name,
        "due": memo.due_on.isoformat() if memo.due_on else "",
        "files": [{"name": name, "sha256": files[name]} for name in sorted(files)],
    }


def _xml(meta: dict[str, Any]) -> bytes:
    root = ET.Element("memo")
    for name, value in meta.items():
        if name == "files":
            files = ET.SubElement(root, "files")
            for each in value:
                ET.SubElement(files, "file", each)
        else:
            ET.SubElement(root, name).text = value
    ET.indent(root)
    made: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return made

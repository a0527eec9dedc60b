"""Reading built files back, as a person with another program would."""

from __future__ import annotations

import io

from docx import Document as Word
from pypdf import PdfReader


def pdf_text(content: bytes) -> str:
    """All text of the PDF, page after page."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def docx_text(content: bytes) -> str:
    """All paragraphs of the document."""
    return "\n".join(paragraph.text for paragraph in Word(io.BytesIO(content)).paragraphs)

"""The renderers of a report by format; all draw the same document."""

from reports.documents import docx, pdf, xlsx

RENDERERS = {"pdf": pdf.render, "docx": docx.render, "xlsx": xlsx.render}
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

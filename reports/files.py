"""The files of a report: drawn once for one document and kept with their digest."""

from __future__ import annotations

import hashlib

from reports.document import Document
from reports.documents import RENDERERS
from reports.models import ReportFile, ReportRun

#: The order in which files are offered.
FORMATS = ("pdf", "docx", "xlsx")


def file_of(run: ReportRun, format: str) -> ReportFile:
    """The kept file; a document that has none yet is drawn, outside of any transaction."""
    document = current_document(run)
    digest = document.digest()
    kept = ReportFile.objects.filter(run=run, format=format, digest=digest).first()
    if kept is not None:
        return kept
    content = RENDERERS[format](document)
    # Two readers at once keep one file: the one that was first.
    ReportFile.objects.bulk_create(
        [
            ReportFile(
                run=run,
                format=format,
                digest=digest,
                content=content,
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
        ],
        ignore_conflicts=True,
    )
    return ReportFile.objects.get(run=run, format=format, digest=digest)


def current_document(run: ReportRun) -> Document:
    """The kept document with what the head has written."""
    return Document.from_dict(run.document or {})


def file_name(run: ReportRun, format: str) -> str:
    """hesabat-2026-10-01-2026-10-31.pdf; a later version says which."""
    edition = f"-v{run.edition}" if run.edition > 1 else ""
    return f"hesabat-{run.first}-{run.last}{edition}.{format}"

"""The files of a report: drawn once for one document and kept with their digest."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace

from django.utils import translation
from django.utils.translation import gettext as _

from reports.document import Block, Commentary, Document
from reports.documents import RENDERERS
from reports.models import ReportFile, ReportRun

#: The order in which files are offered.
FORMATS = ("pdf", "docx", "xlsx")


def file_of(run: ReportRun, format: str) -> ReportFile:
    """The kept file; a document that has none yet is drawn, outside of any transaction."""
    document = commented_document(run)
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


def file_name(run: ReportRun, format: str) -> str:
    """hesabat-2026-10-01-2026-10-31.pdf; a later version says which."""
    edition = f"-v{run.edition}" if run.edition > 1 else ""
    return f"hesabat-{run.first}-{run.last}{edition}.{format}"


def commented_document(run: ReportRun) -> Document:
    """The built document with what the head has saved in the places kept for it."""
    document = Document.from_dict(run.document or {})
    if run.meta.is_final:
        return document
    texts = {"commentary": run.commentary, "proposals": run.proposals}
    author = run.commented_by.name if run.commented_by else ""
    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Commentary) and block.code in texts:
            block = replace(block, text=texts[block.code], author=author)
        blocks.append(block)
    # A report whose order has no place for them still carries what was written.
    there = {block.code for block in blocks if isinstance(block, Commentary)}
    with translation.override(run.language):
        titles = {"commentary": _("Commentary"), "proposals": _("Proposals")}
    for code, text in texts.items():
        if text and code not in there:
            blocks.append(Commentary(text, title=titles[code], author=author, code=code))
    return replace(document, blocks=blocks)


def signed_document(run: ReportRun, name: str, acting_for: str, at: dt.datetime) -> Document:
    """What a signature freezes."""
    with translation.override(run.language):
        role = _("acting for %(name)s") % {"name": acting_for} if acting_for else ""
    return replace(commented_document(run), signed_by=name, signed_as=role, signed_at=at)

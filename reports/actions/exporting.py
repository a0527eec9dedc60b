"""Exports: asked for, written in the background, handed out until they expire, then taken away."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
import uuid
from collections.abc import Mapping
from typing import IO

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from callcenter.errors import NotAllowed, RuleBroken
from people.alerts import tell
from people.audit import audit
from people.models import Role, User
from people.standing import standing_of
from reports.exports.columns import Names, chunks, rows_of, titles
from reports.exports.filtering import rows_for
from reports.exports.writing import WRITERS
from reports.models import Export, ExportState

#: Who may take rows out.
EXPORTERS = frozenset({str(Role.SECTOR_HEAD), str(Role.MANAGEMENT), str(Role.AUDITOR)})
#: How long a file is kept, and after which silence its writer is taken for dead.
KEPT_FOR = dt.timedelta(days=7)
ABANDONED_AFTER = dt.timedelta(minutes=2)
#: Rows of one file, and unfinished exports of one person.
MOST_ROWS = 1_000_000
MOST_AT_ONCE = 3
BLOCK = 1024 * 1024
FOLDER = "exports"


def ask_export(
    query: Mapping[str, str], format: str, *, by: User, language: str, client_id: uuid.UUID
) -> Export:
    """Rows of the list, under the asker's rights. Sent twice, it is one."""
    if not standing_of(by).has(*EXPORTERS):
        raise NotAllowed()
    if format not in WRITERS:
        raise RuleBroken("format_unknown", _("Choose XLSX or CSV."), field="format")
    rows_for(by, query)
    with transaction.atomic():
        made = Export.objects.filter(client_id=client_id, asked_by=by).first()
        if made is not None:
            return made
        # The person's own row orders two forms sent at once.
        User.objects.select_for_update(of=("self",)).get(pk=by.pk)
        unfinished = Export.objects.filter(
            asked_by=by, state__in=(ExportState.ASKED, ExportState.BUILDING)
        )
        if unfinished.count() >= MOST_AT_ONCE:
            raise RuleBroken(
                "too_many_exports",
                _("Three exports are still being written. Wait for one of them."),
            )
        made = Export.objects.create(
            client_id=client_id, format=format, language=language, query=dict(query), asked_by=by
        )
        audit(
            "export.asked",
            by=by,
            object_kind="export",
            object_ref=made.client_id,
            detail={"format": format, "filters": sorted(query)},
        )
    return made


def write_export(export_id: int) -> Export:
    """Write the file and keep it; a writer that died leaves nothing, the next begins anew."""
    claim = _claim(export_id)
    export = Export.objects.select_related("asked_by").get(pk=export_id)
    if claim is None:
        return export
    try:
        with translation.override(export.language), tempfile.TemporaryFile() as file:
            done = _write(export, claim, file)
            if done is None:
                return Export.objects.get(pk=export_id)
            path, size, digest = _store(export, file)
    except RuleBroken as broken:
        _fail(export, claim, str(broken))
        return Export.objects.get(pk=export_id)
    except (DatabaseError, OSError) as error:
        _fail(export, claim, type(error).__name__)
        raise
    if not _finish(export, claim, done, path, size, digest):
        default_storage.delete(path)
    return Export.objects.get(pk=export_id)


def _claim(export_id: int) -> uuid.UUID | None:
    claim, now = uuid.uuid4(), timezone.now()
    dead = Q(state=ExportState.BUILDING, beat_at__lt=now - ABANDONED_AFTER)
    taken = Export.objects.filter(Q(state=ExportState.ASKED) | dead, pk=export_id).update(
        state=ExportState.BUILDING, claim=claim, beat_at=now, rows_done=0
    )
    return claim if taken else None


def _write(export: Export, claim: uuid.UUID, file: IO[bytes]) -> int | None:
    """Rows written; None when another writer took over."""
    rows = rows_for(export.asked_by, export.query)
    total = rows.order_by()[: MOST_ROWS + 1].count()
    if total > MOST_ROWS:
        raise RuleBroken(
            "too_many_rows",
            _("More than 1 000 000 rows fit. Narrow the filters, for example by dates."),
        )
    mine = Export.objects.filter(pk=export.pk, claim=claim)
    mine.update(rows_total=total)
    names, done = Names.known(), 0
    with WRITERS[export.format](file, titles()) as writer:
        for chunk in chunks(rows):
            writer.rows(rows_of(chunk, names))
            done += len(chunk)
            if not mine.update(rows_done=done, beat_at=timezone.now()):
                return None
    return done


def _store(export: Export, file: IO[bytes]) -> tuple[str, int, str]:
    digest = hashlib.sha256()
    file.flush()
    size = file.tell()
    file.seek(0)
    while block := file.read(BLOCK):
        digest.update(block)
    file.seek(0)
    path = default_storage.save(f"{FOLDER}/{uuid.uuid4()}.{export.format}", File(file))
    return path, size, digest.hexdigest()


def _finish(export: Export, claim: uuid.UUID, done: int, path: str, size: int, digest: str) -> bool:
    now = timezone.now()
    with transaction.atomic():
        kept = Export.objects.filter(pk=export.pk, claim=claim, state=ExportState.BUILDING).update(
            state=ExportState.READY,
            rows_done=done,
            rows_total=done,
            path=path,
            size=size,
            sha256=digest,
            ready_at=now,
            expires_at=now + KEPT_FOR,
        )
        if kept:
            audit(
                "export.ready",
                by=None,
                object_kind="export",
                object_ref=export.client_id,
                detail={"rows": done, "sha256": digest},
            )
            _tell(export, "export.ready")
    return bool(kept)


def _fail(export: Export, claim: uuid.UUID, why: str) -> None:
    with transaction.atomic():
        if Export.objects.filter(pk=export.pk, claim=claim).update(
            state=ExportState.FAILED, failure=why[:250]
        ):
            _tell(export, "export.failed")


def _tell(export: Export, kind: str) -> None:
    tell(
        export.asked_by,
        kind,
        about=f"export:{export.client_id}",
        url=export.get_absolute_url(),
        values={"format": export.format.upper()},
    )


def unfinished_exports() -> list[int]:
    """Asked for, or left by a writer that died."""
    old = timezone.now() - ABANDONED_AFTER
    dead = Q(state=ExportState.BUILDING, beat_at__lt=old)
    rows = Export.objects.filter(Q(state=ExportState.ASKED) | dead)
    return list(rows.order_by("id").values_list("pk", flat=True)[:20])


def expire_exports() -> int:
    """Files past their day are taken away; the row stays and says so."""
    due = Export.objects.filter(state=ExportState.READY, expires_at__lte=timezone.now())
    gone = 0
    for export in due.order_by("expires_at")[:200]:
        if Export.objects.filter(pk=export.pk, state=ExportState.READY).update(
            state=ExportState.EXPIRED
        ):
            default_storage.delete(export.path)
            gone += 1
    return gone + _drop_strays()


def _drop_strays() -> int:
    """Files a writer had stored and died before its row knew: older than a day, known to nobody."""
    if not default_storage.exists(FOLDER):
        return 0
    found = [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    known = set(Export.objects.filter(path__in=found).values_list("path", flat=True))
    old = timezone.now() - dt.timedelta(days=1)
    strays = [
        path
        for path in found
        if path not in known and default_storage.get_modified_time(path) < old
    ]
    for path in strays:
        default_storage.delete(path)
    return len(strays)

"""Files: received whole, proved by content, kept privately, and only then told to the journal.

A file is stored before its row: what a crash leaves between the two, the sweep takes away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from appeals.actions.gate import step
from appeals.filetypes import allowed, type_of
from appeals.lifecycle import SECTOR, SYSTEM, Action
from appeals.models import Appeal, Attachment, Draft
from appeals.policies import roles_of
from appeals.querysets import AttachmentQuerySet
from appeals.scanning import Verdict, scan
from callcenter.errors import NotAllowed, RuleBroken
from callcenter.text import clean
from people.audit import audit
from people.legal import number, text_setting
from people.models import User

MEGABYTE = 1024 * 1024
TYPES = "pdf,docx,xlsx,jpg,png,txt"
#: A file of a form nobody sends is kept so long after its upload.
PENDING_FOR = dt.timedelta(days=2)
#: How many past days the sweep compares with the rows.
SWEPT_DAYS = 7


class FileNotKept(RuleBroken):
    """The store did not take the file; trying again may help."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "file_not_kept",
            _("The file could not be kept. What you wrote is not lost; add the file again."),
            field="files",
        )


@dataclass(frozen=True)
class Received:
    """A file that may be kept, and what is known of it."""

    name: str
    size: int
    content_type: str
    sha256: str
    scan: str


def largest_megabytes() -> int:
    """How large one file may be."""
    return number("attachment_max_mb", 20)


def attach(
    appeal_id: int,
    *,
    by: User | None,
    upload: File,
    origin: str = Attachment.Origin.APPLICANT,
    referral_ref: int | None = None,
) -> Attachment:
    """Add a file to an appeal; the journal tells its digest, size and type, not its name."""
    received = _receive(upload, by=by, about=str(appeal_id))
    file = _stored(upload, received, by=by)
    file.origin, file.referral_ref = origin, referral_ref
    with step(appeal_id, Action.ATTACH, by=by) as moving:
        _room(Attachment.objects.filter(appeal_id=appeal_id, removed_at__isnull=True).count())
        moving.personal_digest = file.sha256
        moving.referral_ref = referral_ref
        moving.changes = {"file": [None, _told(file)]}
        file.appeal = moving.appeal
        file.save(force_insert=True)
    return file


def attach_to_draft(draft_id: uuid.UUID, *, by: User, upload: File) -> Attachment:
    """Keep a file for the form being filled in; registering it takes the file along."""
    if not roles_of(by) & (SECTOR | SYSTEM):
        raise NotAllowed()
    received = _receive(upload, by=by, about=str(draft_id))
    file = _stored(upload, received, by=by)
    with transaction.atomic():
        # Files of one form arrive side by side; they are counted one after another.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [draft_id.int % 2**63])
        appeal = Appeal.objects.filter(client_id=draft_id).only("pk").first()
        if appeal is not None:
            raise RuleBroken(
                "already_registered", _("The appeal is registered. Add the file on its page.")
            )
        _room(_pending(draft_id, by).count())
        file.draft_id = draft_id
        file.save(force_insert=True)
    return file


def drop_draft_file(attachment_id: int, *, by: User) -> None:
    """Take back a file of one's own unsent form; nothing of it remains."""
    file = Attachment.objects.filter(pk=attachment_id, appeal__isnull=True, by=by).first()
    if file is None:
        raise NotAllowed()
    stored = file.file.name
    file.delete()
    default_storage.delete(stored)


def detach(attachment_id: int, *, by: User, reason: str) -> Attachment:
    """Hide a file that does not belong here; it stays stored, the journal tells who and why."""
    file = Attachment.objects.filter(pk=attachment_id, appeal__isnull=False).first()
    if file is None or file.appeal_id is None:
        raise NotAllowed()
    if not reason.strip():
        raise RuleBroken("note_required", _("Give the reason."), field="note")
    with step(file.appeal_id, Action.CORRECT, by=by, note=reason) as moving:
        moving.personal_digest = file.sha256
        moving.changes = {"file": [_told(file), None]}
        file.removed_at = timezone.now()
        file.save(update_fields=["removed_at"])
    return file


def scan_again(attachment_id: int) -> None:
    """Ask the scanner once more about a file it did not answer for; infected is taken away."""
    file = Attachment.objects.filter(pk=attachment_id, scan=Attachment.Scan.FAILED).first()
    if file is None:
        return
    with default_storage.open(file.file.name) as stored:
        verdict = scan(stored.chunks())
    if verdict.scan == Attachment.Scan.FAILED:
        return
    file.scan = verdict.scan
    if verdict.scan == Attachment.Scan.INFECTED:
        file.removed_at = timezone.now()
        _refused(verdict, file.sha256, by=None, about=str(file.appeal_id or file.draft_id))
    file.save(update_fields=["scan", "removed_at"])


def unscanned(most: int = 200) -> list[int]:
    """Files the scanner gave no answer for, oldest first."""
    held = Attachment.objects.filter(scan=Attachment.Scan.FAILED, removed_at__isnull=True)
    return list(held.order_by("id").values_list("pk", flat=True)[:most])


def sweep_files(now: dt.datetime) -> int:
    """Take away files of forms nobody sent, and stored ones that have no row; how many."""
    kept = Draft.objects.values("client_id")
    old = Attachment.objects.filter(appeal__isnull=True, at__lt=now - PENDING_FOR)
    gone = 0
    for file in old.exclude(draft_id__in=kept).only("file")[:1000]:
        stored = file.file.name
        file.delete()
        default_storage.delete(stored)
        gone += 1
    return gone + sum(_sweep_day(now - dt.timedelta(days=ago)) for ago in range(1, SWEPT_DAYS + 1))


def _sweep_day(day: dt.datetime) -> int:
    folder = f"attachments/{day:%Y/%m/%d}"
    try:
        _folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return 0
    ids = {key for name in names if (key := _id_of(name)) is not None}
    known = set(Attachment.objects.filter(client_id__in=ids).values_list("client_id", flat=True))
    strays = [name for name in names if _id_of(name) not in known]
    for name in strays:
        default_storage.delete(f"{folder}/{name}")
    return len(strays)


def _id_of(name: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(name)
    except ValueError:
        return None


def _pending(draft_id: uuid.UUID, by: User) -> AttachmentQuerySet:
    return Attachment.objects.filter(
        appeal__isnull=True, draft_id=draft_id, by=by, removed_at__isnull=True
    )


def _room(count: int) -> None:
    most = number("attachment_max_count", 10)
    if count >= most:
        raise RuleBroken(
            "too_many_files",
            _("No more than %(most)d files may be attached.") % {"most": most},
            field="files",
        )


def _receive(upload: File, *, by: User | None, about: str) -> Received:
    """Size, type by content, digest and scan; nothing is stored of what is refused."""
    most = largest_megabytes()
    size = upload.size or 0
    if not size:
        raise RuleBroken("file_empty", _("The file is empty."), field="files")
    if size > most * MEGABYTE:
        raise RuleBroken(
            "file_too_large",
            _("The file is larger than %(most)d MB.") % {"most": most},
            field="files",
        )
    kind = type_of(upload.file if upload.file is not None else upload)
    endings = allowed(text_setting("attachment_types", TYPES))
    if kind is None or kind.ending not in endings:
        raise RuleBroken(
            "file_type",
            _("By its content this is not one of the files taken here: %(types)s.")
            % {"types": ", ".join(sorted(endings))},
            field="files",
        )
    sha256 = hashlib.sha256()
    for piece in upload.chunks():
        sha256.update(piece)
    verdict = scan(_pieces(upload))
    if verdict.scan == Attachment.Scan.INFECTED:
        _refused(verdict, sha256.hexdigest(), by=by, about=about)
        raise RuleBroken(
            "file_infected", _("The scanner found a virus; the file is not kept."), field="files"
        )
    name = clean(upload.name or "").replace("/", " ").replace("\\", " ").strip()
    return Received(name[-200:] or "file", size, kind.media, sha256.hexdigest(), verdict.scan)


def _pieces(upload: File) -> Iterator[bytes]:
    yield from upload.chunks()


def _refused(verdict: Verdict, sha256: str, *, by: User | None, about: str) -> None:
    audit(
        "refuse.attachment", by=by, object_kind="attachment", object_ref=about,
        detail={"found": verdict.name, "sha256": sha256},
    )  # fmt: skip


def _stored(upload: File, received: Received, *, by: User | None) -> Attachment:
    """The file in its private place, with a row not yet saved."""
    file = Attachment(by=by, **vars(received))
    try:
        file.file.save("", upload, save=False)
    except OSError as error:
        # A full disk or a store that is away: nothing half of it counts, the sweep takes it away.
        raise FileNotKept() from error
    return file


def _told(file: Attachment) -> str:
    """How the journal tells a file: its type and size; its digest stands beside."""
    return f"{file.content_type} {file.size}"

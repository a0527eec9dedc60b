"""Signing freezes the figures and the bytes of the files; a correction is a new version."""

from __future__ import annotations

import hashlib

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from callcenter.errors import AlreadyDone, NotAllowed, RuleBroken
from people.audit import audit
from people.models import Delegation, Role, User
from reports.actions.gate import report_step
from reports.documents import RENDERERS
from reports.files import FORMATS, signed_document
from reports.lifecycle import Action
from reports.models import ReportFile, ReportRun
from reports.policies import may, sees


def sign(run_id: int, *, by: User, version: int | None = None) -> ReportRun:
    """The head signs what was read: document, digest and files are frozen together.

    The files are drawn before the transaction; whoever changed the report meanwhile wins, and the
    signer reads it again.
    """
    run = ReportRun.objects.filter(pk=run_id).first()
    if run is None or not sees(by, run):
        raise NotAllowed()
    if may(by, Action.SIGN, run):
        if run.draft:
            raise RuleBroken(
                "draft_unsaved",
                _("There is commentary typed and not saved. Save it or give it up, then sign."),
            )
        acting_for = principals(by)
        at = timezone.now()
        document = signed_document(run, by.name, acting_for, at)
        files = [
            ReportFile(run=run, format=name, digest=document.digest(), content=content,
                       size=len(content), sha256=hashlib.sha256(content).hexdigest(), is_final=True)
            for name, content in ((name, RENDERERS[name](document)) for name in FORMATS)
        ]  # fmt: skip
    with report_step(run_id, Action.SIGN, by=by, version=version or run.version) as moving:
        signed = moving.run
        signed.document, signed.digest = document.to_dict(), document.digest()
        signed.signed_by, signed.signed_for, signed.signed_at = by, acting_for, at
        ReportFile.objects.bulk_create(files)
        moving.detail["digest"] = signed.digest
        moving.detail["files"] = {one.format: one.sha256 for one in files}
    return moving.run


def principals(by: User) -> str:
    """For whom the signer acts: the heads who delegated, when the signer is not a head."""
    if by.role == Role.SECTOR_HEAD:
        return ""
    rows = Delegation.objects.on(timezone.localdate()).filter(
        delegate=by, principal__role=Role.SECTOR_HEAD
    )
    return ", ".join(row.principal.name for row in rows.select_related("principal"))


def correct(run_id: int, *, by: User, reason: str) -> ReportRun:
    """A new version over the same period, from what is known now, that names the old one.

    What the head had written is offered again as a draft.
    """
    with report_step(run_id, Action.CORRECT, by=by, note=reason) as moving:
        old = moving.run
        if hasattr(old, "corrected_by"):
            raise AlreadyDone(
                _("Report № %(n)d already corrects this one.") % {"n": old.corrected_by.pk}
            )
        new = ReportRun.objects.create(
            first=old.first,
            last=old.last,
            sort=old.sort,
            language=old.language,
            asked_by=by,
            corrects=old,
            edition=old.edition + 1,
            correction_reason=reason.strip(),
            draft={
                "commentary": old.commentary,
                "proposals": old.proposals,
                "by": by.pk,
                "by_name": by.name,
                "at": timezone.now().isoformat(),
                "seq": 0,
            }
            if old.commentary or old.proposals
            else {},
        )
        audit(
            "report.ask",
            by=by,
            object_kind="report",
            object_ref=new.pk,
            detail={"corrects": old.pk},
        )
        moving.detail["version"] = new.pk
    return new


def corrects_words(run: ReportRun) -> str:
    """The line on the cover of a correcting version."""
    old = run.corrects
    if old is None:
        return ""
    with translation.override(run.language):
        when = f"{timezone.localdate(old.signed_at):%d.%m.%Y}" if old.signed_at else "–"
        return _("Corrects report № %(n)d, signed %(date)s. Reason: %(reason)s") % {
            "n": old.pk,
            "date": when,
            "reason": run.correction_reason,
        }

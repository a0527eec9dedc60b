"""Saving, sharing and sending own reports."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from callcenter.errors import NotAllowed, RuleBroken, StaleForm
from people.audit import audit
from people.calendar import working_calendar
from people.models import Role, User
from people.standing import standing_of
from reports.actions.presenting import CLAIM_FOR, WAITS
from reports.documents import CONTENT_TYPES, RENDERERS
from reports.documents.words import cell_text
from reports.models import Mailed, OwnMail, OwnReport
from reports.own import Question, Result, answer, document_of, read_question

#: Who puts reports together.
AUTHORS = frozenset({str(Role.SECTOR_HEAD), str(Role.MANAGEMENT), str(Role.AUDITOR)})
#: Saved reports of one person.
MOST_SAVED = 200


def save_own(
    question: Question,
    *,
    by: User,
    name: str,
    is_shared: bool = False,
    mailed: str = "",
    client_id: uuid.UUID | None = None,
    report_id: int | None = None,
    version: int | None = None,
) -> OwnReport:
    """A new report, or the owner's change of one; sent twice, it is one."""
    if not standing_of(by).has(*AUTHORS):
        raise NotAllowed()
    if not name.strip():
        raise RuleBroken("name_required", _("Give the report a name."), field="name")
    if mailed not in Mailed.values:
        raise RuleBroken("mailed_unknown", _("Choose how often it is sent."), field="mailed")
    values = {
        "name": name.strip()[:120],
        "question": question.to_dict(),
        "is_shared": is_shared,
        "mailed": mailed,
        "changed_at": timezone.now(),
    }
    with transaction.atomic():
        if report_id is None:
            if OwnReport.objects.filter(owner=by).count() >= MOST_SAVED:
                raise RuleBroken(
                    "too_many_saved", _("Delete a saved report before saving another.")
                )
            report, is_new = OwnReport.objects.get_or_create(
                client_id=client_id or uuid.uuid4(), defaults={**values, "owner": by}
            )
            if report.owner_id != by.pk:
                raise NotAllowed()
        else:
            report, is_new = _mine(report_id, by), True
            if version is not None and version != report.version:
                raise StaleForm(_("This report was changed in another window. Look again."))
            for field, value in values.items():
                setattr(report, field, value)
            report.version += 1
            report.save()
        if is_new:
            audit(
                "own_report.saved",
                by=by,
                object_kind="own_report",
                object_ref=report.pk,
                detail={"shared": is_shared, "mailed": mailed},
            )
    return report


def delete_own(report_id: int, *, by: User) -> None:
    """The owner takes the report away; those it was shared with no longer see it."""
    with transaction.atomic():
        report = _mine(report_id, by)
        report.delete()
        audit("own_report.deleted", by=by, object_kind="own_report", object_ref=report_id)


def _mine(report_id: int, by: User) -> OwnReport:
    found = OwnReport.objects.select_for_update().filter(pk=report_id, owner=by).first()
    if found is None:
        raise NotAllowed()
    return found


def ask_own_mails(today: dt.date) -> list[int]:
    """The e-mails of the day, each once: every working day, or the first of the week or month."""
    calendar = working_calendar()
    if not calendar.is_working(today):
        return []
    monday = today - dt.timedelta(days=today.weekday())
    due = [Mailed.DAILY]
    if calendar.next_working(monday - dt.timedelta(days=1)) == today:
        due.append(Mailed.WEEKLY)
    if calendar.next_working(today.replace(day=1) - dt.timedelta(days=1)) == today:
        due.append(Mailed.MONTHLY)
    reports = OwnReport.objects.filter(mailed__in=due).values_list("pk", flat=True)
    OwnMail.objects.bulk_create(
        [OwnMail(report_id=pk, day=today) for pk in reports], ignore_conflicts=True
    )
    return due_own_mails()


def due_own_mails() -> list[int]:
    """E-mails whose moment has come."""
    rows = OwnMail.objects.filter(
        state__in=("owed", "sending"), next_attempt_at__lte=timezone.now()
    )
    return list(rows.order_by("next_attempt_at", "id").values_list("pk", flat=True)[:100])


def send_own(mail_id: int) -> str:
    """One e-mail, computed under its owner's rights of the day. Two processes at once send one."""
    now = timezone.now()
    claimed = OwnMail.objects.filter(
        pk=mail_id, state__in=("owed", "sending"), next_attempt_at__lte=now
    ).update(state="sending", attempts=F("attempts") + 1, next_attempt_at=now + CLAIM_FOR)
    row = OwnMail.objects.select_related("report__owner").get(pk=mail_id)
    if not claimed:
        return row.state
    owner = row.report.owner
    if not standing_of(owner).has(*AUTHORS):
        return _end(row, "failed", "not_allowed")
    if not owner.email:
        return _end(row, "no_address", "")
    try:
        message = _message(row, now)
    except RuleBroken as broken:  # a figure or a filter that is no more
        return _end(row, "failed", broken.code)
    try:
        message.send()
    except OSError as error:  # smtplib's errors are OSErrors
        if row.attempts > len(WAITS):
            return _end(row, "failed", type(error).__name__)
        wait = dt.timedelta(minutes=WAITS[row.attempts - 1])
        OwnMail.objects.filter(pk=row.pk).update(
            state="owed", last_error=type(error).__name__, next_attempt_at=timezone.now() + wait
        )
        return "owed"
    return _end(row, "sent", "")


def _end(row: OwnMail, state: str, why: str) -> str:
    OwnMail.objects.filter(pk=row.pk).update(
        state=state,
        last_error=why[:250],
        next_attempt_at=None,
        sent_at=timezone.now() if state == "sent" else None,
    )
    return state


def _message(row: OwnMail, now: dt.datetime) -> EmailMessage:
    report, owner = row.report, row.report.owner
    language = owner.language[:2] or "az"
    with translation.override(language):
        result = answer(read_question(report.question), owner, now)
        document = document_of(report.name, result, language, now)
        message = EmailMessage(
            f"{report.name} · {result.period.label}",
            f"{plain(result)}\n\n{settings.ORGANISATION}",
            to=[owner.email],
            headers={"Message-ID": f"<own-{report.client_id}-{row.day:%Y%m%d}@callcenter>"},
        )
        name = f"{report.pk}-{row.day:%Y-%m-%d}.xlsx"
        message.attach(name, RENDERERS["xlsx"](document), CONTENT_TYPES["xlsx"])
    return message


def plain(result: Result) -> str:
    """The first rows of the table as lines of text."""
    table = result.table
    lines = [" | ".join(column.label for column in table.columns)]
    rows = [*table.rows[:30], *([table.totals] if table.totals is not None else [])]
    for row in rows:
        pairs = zip(table.columns, row, strict=True)
        lines.append(" | ".join(cell_text(column, cell, table.empty) for column, cell in pairs))
    return "\n".join(lines)

"""Presenting a signed report: in the application, by e-mail with its files, with read receipts."""

from __future__ import annotations

import datetime as dt
import email.utils
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from callcenter.errors import RuleBroken
from people.alerts import tell
from people.models import Role, User
from reports.actions.gate import report_step
from reports.documents import CONTENT_TYPES
from reports.files import FORMATS, file_name
from reports.lifecycle import Action
from reports.models import DeliveryState, ReportDelivery, ReportFile, ReportRun

#: Minutes before each further try; after the last the e-mail is given up and shown as such.
WAITS = (1, 5, 30, 120, 720)
#: A send without an answer for so long belongs to a process that died.
CLAIM_FOR = dt.timedelta(minutes=5)


def audience() -> QuerySet[User]:
    """Who may be presented to: active people of management."""
    return User.objects.filter(role=Role.MANAGEMENT, is_active=True).order_by(
        "last_name", "first_name", "pk"
    )


def present(
    run_id: int, *, by: User, recipients: Iterable[User], version: int | None = None
) -> list[ReportDelivery]:
    """The report is shown to management and e-mailed; a recipient without an address reads it in
    the application and is listed so. Presented again, it goes only to those who are new."""
    chosen = list(recipients)
    if not chosen:
        raise RuleBroken("nobody", _("Choose at least one recipient."), field="recipients")
    with report_step(run_id, Action.PRESENT, by=by, version=version) as moving:
        run, now = moving.run, timezone.now()
        run.presented_at = run.presented_at or now
        already = set(run.deliveries.values_list("user_id", flat=True))
        made = ReportDelivery.objects.bulk_create(
            ReportDelivery(
                run=run,
                user=user,
                email=user.email,
                language=user.language[:2] or "az",
                presented_at=now,
                state=DeliveryState.OWED if user.email else DeliveryState.NO_ADDRESS,
                next_attempt_at=now if user.email else None,
            )
            for user in chosen
            if user.pk not in already
        )
        moving.detail["recipients"] = [one.user_id for one in made]
        tell(
            [one.user for one in made],
            "report.presented",
            about=f"report:{run.pk}",
            url=run.get_absolute_url(),
            by=by,
            values={"number": run.pk},
        )
    return made


def mark_read(run: ReportRun, *, by: User) -> bool:
    """The first time a recipient opens the report or its file; told once."""
    row = ReportDelivery.objects.filter(run=run, user=by, read_at__isnull=True).first()
    if row is None:
        return False
    with report_step(run.pk, Action.READ, by=by):
        return bool(
            ReportDelivery.objects.filter(pk=row.pk, read_at__isnull=True).update(
                read_at=timezone.now()
            )
        )


def archive(run_id: int, *, by: User, version: int | None = None) -> ReportRun:
    """The report and its files stay as they were sent; nothing is presented any more."""
    with report_step(run_id, Action.ARCHIVE, by=by, version=version) as moving:
        moving.run.archived_at = timezone.now()
        rows = moving.run.deliveries
        moving.detail["unread"] = rows.filter(read_at__isnull=True).count()
    return moving.run


def due_deliveries(limit: int = 100) -> list[int]:
    """E-mails whose moment has come."""
    return list(
        ReportDelivery.objects.filter(
            state__in=(DeliveryState.OWED, DeliveryState.SENDING),
            next_attempt_at__lte=timezone.now(),
        )
        .order_by("next_attempt_at", "id")
        .values_list("pk", flat=True)[:limit]
    )


def deliver(delivery_id: int) -> str:
    """Send one e-mail with the signed files as they are kept. Two processes at once send one."""
    now = timezone.now()
    claimed = ReportDelivery.objects.filter(
        pk=delivery_id,
        state__in=(DeliveryState.OWED, DeliveryState.SENDING),
        next_attempt_at__lte=now,
    ).update(
        state=DeliveryState.SENDING, attempts=F("attempts") + 1, next_attempt_at=now + CLAIM_FOR
    )
    row = ReportDelivery.objects.select_related("run", "user").get(pk=delivery_id)
    if not claimed:
        return row.state
    try:
        _message(row).send()
    except OSError as error:  # smtplib's errors are OSErrors
        return _failed(delivery_id, type(error).__name__)
    with transaction.atomic():
        row = ReportDelivery.objects.select_for_update(of=("self",)).get(pk=delivery_id)
        row.state, row.sent_at, row.last_error = DeliveryState.SENT, timezone.now(), ""
        row.next_attempt_at = None
        row.save(update_fields=["state", "sent_at", "last_error", "next_attempt_at"])
    return row.state


def _message(row: ReportDelivery) -> EmailMessage:
    run = row.run
    files = {one.format: one for one in ReportFile.objects.filter(run=run, is_final=True)}
    with translation.override(row.language):
        name = run.name
        lines = [
            _("The report is presented to you: %(name)s.") % {"name": name},
            _("Report № %(n)d, signed by %(who)s on %(when)s.")
            % {
                "n": run.pk,
                "who": run.signed_by.name if run.signed_by else "–",
                "when": f"{timezone.localtime(run.signed_at):%d.%m.%Y %H:%M}"
                if run.signed_at
                else "–",
            },
            "",
            _("Control sums of the attached files (SHA-256):"),
            *(f"{fmt.upper()}  {files[fmt].sha256}" for fmt in FORMATS if fmt in files),
            "",
            settings.ORGANISATION,
        ]
    domain = settings.DEFAULT_FROM_EMAIL.partition("@")[2] or "callcenter"
    message = EmailMessage(
        name,
        "\n".join(lines),
        to=[email.utils.formataddr((row.user.name, row.email))],
        # The same at every try: a mail server that got it twice keeps one.
        headers={"Message-ID": f"<report-{row.client_id}@{domain}>"},
    )
    for fmt in FORMATS:
        if fmt in files:
            message.attach(file_name(run, fmt), bytes(files[fmt].content), CONTENT_TYPES[fmt])
    return message


def _failed(delivery_id: int, why: str) -> str:
    with transaction.atomic():
        row = ReportDelivery.objects.select_for_update(of=("self",)).get(pk=delivery_id)
        row.last_error = why[:250]
        if row.attempts > len(WAITS):
            row.state, row.next_attempt_at = DeliveryState.FAILED, None
        else:
            row.state = DeliveryState.OWED
            wait = dt.timedelta(minutes=WAITS[row.attempts - 1])
            row.next_attempt_at = timezone.now() + wait
        row.save(update_fields=["state", "last_error", "next_attempt_at"])
    return row.state

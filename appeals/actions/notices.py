"""What the applicant is owed: written with the step that owes it, sent after the commit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from appeals.kinds import Language, NoticeChannel, NoticeReason, NoticeState
from appeals.models import Appeal, Contact, Entry, Notice, NoticeTemplate
from appeals.models.applicant import ContactKind
from people.models import User


def in_language(row: object, field: str, language: str) -> str:
    """A row's text in the applicant's language, in Azerbaijani where that is empty."""
    text: str = getattr(row, f"{field}_{language}") or getattr(row, f"{field}_{Language.AZ.value}")
    return text


class _Blank(dict[str, object]):
    """A placeholder nobody filled is left out of the text."""

    def __missing__(self, key: str) -> str:
        return ""


def owe(
    appeal: Appeal,
    entry: Entry,
    reason: NoticeReason,
    *,
    context: Mapping[str, object] | None = None,
    channel: str = "",
    told_by: User | None = None,
    due_at: dt.datetime | None = None,
) -> Notice:
    """Write the notice the step owes, in the applicant's language, on a channel that reaches.

    Told by phone during the call it is delivered already; otherwise it waits for the sweep.
    """
    chosen, contact, recipient = _way(appeal, channel)
    now = timezone.now()
    template = NoticeTemplate.objects.filter(reason=reason, channel=chosen).first()
    values = _Blank(_context(appeal), **(context or {}))
    language = appeal.language
    text = _worded(template, "text", language).format_map(values)
    subject = _worded(template, "subject", language).format_map(values)
    told = chosen == NoticeChannel.PHONE and told_by is not None
    return Notice.objects.create(
        appeal=appeal, entry=entry, reason=reason, channel=chosen, language=language,
        contact=contact, recipient=recipient, subject=subject[:250], text=text,
        state=NoticeState.DELIVERED if told else NoticeState.OWED,
        sent_at=now if told else None, told_by=told_by if told else None,
        owed_at=now, due_at=due_at, next_attempt_at=None if told else now,
    )  # fmt: skip


def _way(appeal: Appeal, channel: str) -> tuple[str, Contact | None, str]:
    """The channel asked for, else SMS to a mobile, e-mail, the caller's number, a letter."""
    if channel == NoticeChannel.PHONE:
        return channel, None, appeal.caller_phone
    contacts = list(
        Contact.objects.filter(applicant_id=appeal.applicant_id).order_by("-is_preferred", "id")
        if appeal.applicant_id
        else ()
    )
    phones = [row for row in contacts if row.kind == ContactKind.PHONE]
    emails = [row for row in contacts if row.kind == ContactKind.EMAIL]
    if channel in ("", NoticeChannel.SMS) and phones:
        return NoticeChannel.SMS, phones[0], phones[0].value
    if channel in ("", NoticeChannel.SMS) and appeal.caller_phone:
        return NoticeChannel.SMS, None, appeal.caller_phone
    if channel in ("", NoticeChannel.EMAIL) and emails:
        return NoticeChannel.EMAIL, emails[0], emails[0].value
    address = appeal.applicant.address if appeal.applicant is not None else ""
    return NoticeChannel.LETTER, None, address


def _worded(template: NoticeTemplate | None, part: str, language: str) -> str:
    if template is None:
        return "{number}" if part == "text" else ""
    return getattr(template, f"{part}_{language}") or getattr(
        template, f"{part}_{Language.AZ.value}"
    )


def _context(appeal: Appeal) -> dict[str, object]:
    due = timezone.localtime(appeal.due_at).strftime("%d.%m.%Y") if appeal.due_at else ""
    return {
        "number": appeal.number,
        "received_on": timezone.localtime(appeal.received_at).strftime("%d.%m.%Y"),
        "due_on": due,
        "answer": appeal.answer_text,
        "code": appeal.state_code,
        "link": settings.PUBLIC_URL + reverse("state"),
    }

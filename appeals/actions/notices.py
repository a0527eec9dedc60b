"""What the applicant is owed: written with the step that owes it, sent after the commit."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from appeals.alerting import UNREACHABLE, tell_undelivered
from appeals.kinds import Language, NoticeChannel, NoticeReason, NoticeState
from appeals.models import Appeal, Contact, Entry, Letter, Notice, NoticeTemplate
from appeals.models.applicant import ContactKind
from appeals.numbering import letter_number
from appeals.policies import may_be_told
from callcenter.identifiers import phone
from callcenter.kept import Kept
from people.models import User

#: A refusal must be given with its ground and the way to appeal, which a message has no room for:
#: ways that carry a whole text come first (law 1308-IVQ, 8; DIN-29683 6.1).
IN_WRITING = (NoticeReason.LEFT,)
WRITTEN_FIRST = (NoticeChannel.EMAIL, NoticeChannel.LETTER, NoticeChannel.SMS, NoticeChannel.PHONE)
#: What a placeholder left empty leaves behind.
GAPS = re.compile(r"\n\s*\n(?:\s*\n)+")
#: Kinds of numbers a message reaches; a caller's number of an unknown kind is tried.
TAKES_SMS = ("mobile", "foreign", "unknown")


class _Blank(dict[str, object]):
    """A placeholder nobody filled is left out of the text."""

    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True)
class Way:
    """One way a notice may take to the applicant."""

    channel: str
    contact: Contact | None
    recipient: str


@dataclass(frozen=True)
class Prepared:
    """What a notice needs from the database, read before a lock others wait for."""

    way: Way
    template: NoticeTemplate | None


def prepare(
    appeal: Appeal, reason: NoticeReason, channel: str = "", *, in_writing: bool = False
) -> Prepared:
    """Choose the way and the words of a notice; nothing is written."""
    way = _chosen(appeal, channel, in_writing=in_writing or reason in IN_WRITING)
    return Prepared(way, _template(reason, way.channel))


def owe(
    appeal: Appeal,
    entry: Entry,
    reason: NoticeReason,
    *,
    context: Mapping[str, object] | None = None,
    channel: str = "",
    told_by: User | None = None,
    due_at: dt.datetime | None = None,
    send_at: dt.datetime | None = None,
    again_of: Notice | None = None,
    prepared: Prepared | None = None,
    in_writing: bool = False,
) -> Notice:
    """Write the notice the step owes, in the applicant's language, on a channel that reaches.

    Called in the step's transaction, with the appeal locked. Told by phone during the call it is
    delivered already; otherwise it waits for the sweep, until `send_at` where that is given. One
    that has no way at all is failed from the start and told to the head: nothing is lost.
    """
    prepared = prepared or prepare(appeal, reason, channel, in_writing=in_writing)
    way = prepared.way
    now = timezone.now()
    values = {name: str(value) for name, value in (context or {}).items()}
    subject, text = worded(appeal, prepared.template, values)
    told = way.channel == NoticeChannel.PHONE and told_by is not None
    nowhere = not told and not way.recipient
    by_machine = way.channel != NoticeChannel.PHONE and not nowhere
    state = NoticeState.DELIVERED if told else NoticeState.FAILED if nowhere else NoticeState.OWED
    notice = Notice.objects.create(
        appeal=appeal, entry=entry, reason=reason, channel=way.channel, language=appeal.language,
        contact=way.contact, recipient=way.recipient, subject=subject[:250], text=text,
        state=state, values=values, again_of=again_of,
        sent_at=now if told else None, delivered_at=now if told else None,
        told_by=told_by if told else None,
        failed_at=now if nowhere else None, last_error=UNREACHABLE if nowhere else "",
        owed_at=now, due_at=due_at, next_attempt_at=(send_at or now) if by_machine else None,
    )  # fmt: skip
    if nowhere:
        tell_undelivered(notice)
    elif way.channel == NoticeChannel.LETTER:
        Letter.objects.create(
            notice=notice, appeal=appeal, number=letter_number(appeal),
            dated_on=timezone.localdate(now),
        )  # fmt: skip
    return notice


_reached_at = Kept(
    lambda _fixed, applicant: Contact.objects.filter(applicant=applicant).order_by(
        "-is_preferred", "id"
    )
)


def ways_of(appeal: Appeal) -> list[Way]:
    """Every way to the applicant, the one that reaches best first: a message to a mobile, e-mail,
    a letter, a call."""
    contacts = _reached_at(applicant=appeal.applicant_id) if appeal.applicant_id else []
    phones = [(row, row.value) for row in contacts if row.kind == ContactKind.PHONE]
    if appeal.caller_phone and appeal.caller_phone not in [value for _row, value in phones]:
        phones.append((None, appeal.caller_phone))
    found = [
        Way(NoticeChannel.SMS, row, value)
        for row, value in phones
        if phone(value).kind in TAKES_SMS
    ]
    found += [
        Way(NoticeChannel.EMAIL, row, row.value)
        for row in contacts
        if row.kind == ContactKind.EMAIL
    ]
    address = appeal.applicant.address if appeal.applicant is not None else ""
    if address:
        found.append(Way(NoticeChannel.LETTER, None, address))
    found += [Way(NoticeChannel.PHONE, row, value) for row, value in phones]
    return found


def _chosen(appeal: Appeal, channel: str, *, in_writing: bool) -> Way:
    if channel == NoticeChannel.PHONE:
        return Way(channel, None, appeal.caller_phone)
    ways = ways_of(appeal)
    if in_writing:
        ways.sort(key=lambda way: WRITTEN_FIRST.index(NoticeChannel(way.channel)))
    wanted = [way for way in ways if way.channel == channel]
    return next(iter(wanted or ways), Way(NoticeChannel.LETTER, None, ""))


_of_channel = Kept(
    lambda _fixed, reason, channel: NoticeTemplate.objects.filter(
        reason=reason, channel=channel
    ).order_by("pk")[:1]
)


def _template(reason: str, channel: str) -> NoticeTemplate | None:
    return next(iter(_of_channel(reason=reason, channel=str(channel))), None)


def worded(
    appeal: Appeal, template: NoticeTemplate | None, values: Mapping[str, object]
) -> tuple[str, str]:
    """Subject and text of a notice, in the appeal's language."""
    filled = _Blank(_context(appeal), **values)
    text = _part(template, "text", appeal.language)
    if not may_be_told(appeal):
        text = _without_code(text)
    return (
        _part(template, "subject", appeal.language).format_map(filled),
        GAPS.sub("\n\n", text.format_map(filled)).strip(),
    )


def _without_code(text: str) -> str:
    """The public page does not know this appeal: a paragraph that sends there is left out."""
    parts = text.split("\n\n")
    kept = [part for part in parts if "{code}" not in part]
    return "\n\n".join(kept or parts)


def spoken(appeal: Appeal, reason: str, values: Mapping[str, object]) -> str:
    """What is read aloud on the telephone, in the applicant's language."""
    return worded(appeal, _template(reason, NoticeChannel.PHONE), values)[1]


def _part(template: NoticeTemplate | None, part: str, language: str) -> str:
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

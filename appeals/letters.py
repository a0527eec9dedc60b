"""A letter as PDF through Typst. All text goes in as data, so nothing typed is ever markup."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path

import typst
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from appeals.kinds import Language
from appeals.models import Letter
from people.models import Role, User

TEMPLATE = Path(__file__).resolve().parent / "typst" / "letter.typ"
#: PDF/UA-1: tagged for screen readers; a document that is not fails to be built.
STANDARD = "ua-1"


class CannotMake(Exception):
    """Typst could not make the PDF; the text says why."""


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def pdf_of(letter: Letter, text: str) -> bytes:
    """The bytes of the letter with this text, equal however often it is made. Raises CannotMake."""
    noon = dt.datetime.combine(letter.dated_on, dt.time(12), timezone.get_current_timezone())
    with translation.override(letter.notice.language):
        data = json.dumps(_data(letter, text), ensure_ascii=False)
    try:
        made: bytes = typst.compile(
            _template(),
            format="pdf",
            sys_inputs={"letter": data},
            timestamp=int(noon.timestamp()),
            pdf_standards=STANDARD,
            # Only the fonts that come with Typst: equal bytes on every machine.
            ignore_system_fonts=True,
        )
    except typst.TypstError as error:
        raise CannotMake(type(error).__name__) from error
    return made


def _data(letter: Letter, text: str) -> dict[str, object]:
    notice, appeal = letter.notice, letter.appeal
    applicant = appeal.applicant
    received = timezone.localtime(appeal.received_at)
    head = _signatory()
    return {
        "title": f"{letter.number}. {notice.subject}",
        "language": notice.language,
        "organisation": settings.ORGANISATION,
        "head": _head(notice.language),
        "contacts": settings.ORGANISATION_CONTACTS,
        "number": letter.number,
        "date": f"{letter.dated_on:%d.%m.%Y}",
        "about": _("To No %(number)s of %(day)s")
        % {"number": appeal.number, "day": f"{received:%d.%m.%Y}"},
        "addressee": [applicant.name] if applicant is not None and applicant.name else [],
        "address": [line.strip() for line in notice.recipient.splitlines() if line.strip()],
        "subject": notice.subject,
        "paragraphs": [part.split("\n") for part in text.split("\n\n") if part.strip()],
        "facts": _facts(letter),
        "position": _("Head of the call centre sector"),
        "signatory": head.name if head is not None else "",
        "executor": _("Executor: %(name)s, telephone 195") % {"name": appeal.owner.short_name}
        if appeal.owner is not None
        else "",
        "words": {"number": "№", "date": _("Date:")},
    }


def _head(language: str) -> list[str]:
    """The ministry's name as on its blank, and below it in the language of the letter."""
    lines = [settings.ORGANISATION]
    if language != Language.AZ:
        lines.append(_("Ministry of Economy of the Republic of Azerbaijan"))
    return [*lines, _("Call centre 195")]


def _facts(letter: Letter) -> list[dict[str, str]]:
    """A refusal names its ground and the way to appeal even where the wording leaves them out."""
    labels = {"ground": _("Legal ground"), "how_to_appeal": _("How to appeal")}
    values = letter.notice.values
    return [
        {"label": label, "text": values[name]}
        for name, label in labels.items()
        if values.get(name) and values[name] not in letter.notice.text
    ]


def _signatory() -> User | None:
    return User.objects.filter(role=Role.SECTOR_HEAD, is_active=True).order_by("pk").first()

"""Who calls: found while the operator types, by whatever the caller says first, and their card."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from appeals.cards import known_numbers
from appeals.models import Appeal, Applicant, Contact
from appeals.models.applicant import ContactKind
from appeals.querysets import AppealQuerySet, ApplicantQuerySet
from appeals.search import exact
from callcenter.identifiers import Phone, phone, shape
from callcenter.text import clean, tokens
from people.models import User

#: Most people a lookup offers; more is a reason to type on.
OFFERED = 8
#: Digits after which a number still being typed is looked for.
LEAST_DIGITS = 5
#: Appeals a card shows, and how far it counts.
ON_CARD = 6
COUNTED = 100
#: Namesakes read before they are put in order: a common surname alone has thousands.
NAMESAKES = 200

_NOT_DIGITS = re.compile(r"[^0-9]")


@dataclass
class Found:
    """What a lookup found: people, or an appeal whose number was typed, or earlier calls of a
    number nobody's name is known for."""

    text: str = ""
    kind: str = ""  # phone, fin, voen, number, words; "" when too little was typed
    people: list[Applicant] = field(default_factory=list)
    appeal: Appeal | None = None
    calls: list[Appeal] = field(default_factory=list)
    number: Phone | None = None
    has_more: bool = False

    @property
    def only(self) -> Applicant | None:
        """The one person it can be; a name alone proves nobody."""
        return self.people[0] if len(self.people) == 1 and self.kind != "words" else None


def find_callers(user: User, text: str) -> Found:
    """People by telephone, FIN, VÖEN, registration number or name, whatever the form of it."""
    text = " ".join(clean(text).split())
    guess = shape(text)
    if guess.kind in ("phone", "words") and phone_start(text):
        return by_phone(user, text)
    people = Applicant.objects.visible_to(user)
    if guess.kind == "number":
        appeal = exact(user, text)
        known = people.filter(pk=appeal.applicant_id) if appeal and appeal.applicant_id else ()
        return Found(text, "number", list(known), appeal=appeal)
    if guess.kind in ("fin", "voen"):
        known = list(people.filter(**{guess.kind: guess.value}).order_by("-id")[: OFFERED + 1])
        if known:
            return _offered(text, guess.kind, known)
    return _offered(text, "words", _namesakes(people, text))


def by_phone(user: User, text: str) -> Found:
    """People of a number, whole or still being typed, and earlier calls without a name."""
    start = phone_start(text)
    if not start:
        return Found(text)
    number = phone(text)
    whole = bool(number.e164)
    contacts = Contact.objects.filter(kind=ContactKind.PHONE)
    # LIKE with a fixed beginning goes through the index `contact_value`.
    contacts = (
        contacts.filter(value=number.e164) if whole else contacts.filter(value__startswith=start)
    )
    ids = list(contacts.order_by("value").values_list("applicant_id", flat=True)[: OFFERED + 1])
    people = Applicant.objects.visible_to(user).filter(pk__in=ids)
    found = _offered(text, "phone", list(people.order_by("sort_key", "id")))
    found.number = number if whole else None
    if whole and not found.people:
        calls = Appeal.objects.visible_to(user).filter(caller_phone=number.e164)
        found.calls = list(calls.for_list().order_by("-registered_at")[:ON_CARD])
    return found


def phone_start(text: str) -> str:
    """The beginning of the kept form of a number being typed: "050 212" is "+99450212".

    Empty for what is no number and for too few digits to look for.
    """
    if not text or re.search(r"[^\d\s()+.\-/]", text):
        return ""
    known = phone(text).e164
    digits = _NOT_DIGITS.sub("", text)
    if known:
        return known
    if text.startswith(("+", "00")):
        start = "+" + digits.removeprefix("00")
    elif digits.startswith("994"):
        start = "+" + digits
    elif digits.startswith("0"):
        start = "+994" + digits[1:]
    else:
        start = "+994" + digits
    return start if len(start.removeprefix("+994")) >= LEAST_DIGITS else ""


def card_of(user: User, applicant: Applicant) -> dict[str, Any]:
    """The card beside the form: who it is, how often they came, what is open, what was last."""
    theirs = Appeal.objects.visible_to(user).filter(applicant=applicant)
    newest = list(theirs.for_list().order_by("-registered_at")[: ON_CARD + 1])
    opened = [row for row in newest if row.meta.is_open]
    if len(newest) > ON_CARD:
        opened = list(theirs.open().for_list().order_by("-registered_at")[:ON_CARD])
    ended = [row for row in newest if not row.meta.is_open]
    count = theirs.order_by()[: COUNTED + 1].count() if len(newest) > ON_CARD else len(newest)
    return {
        "applicant": applicant,
        "ids": known_numbers(applicant, masked=True),
        "open": opened,
        "ended": ended[: max(ON_CARD - len(opened), 2)],
        "count": count,
        "shown": f"{COUNTED}+" if count > COUNTED else str(count),
    }


def same_people(user: User, applicant: Applicant | None, number: str) -> Q:
    """Appeals of the same person, number or VÖEN, as a condition."""
    wanted = Q(caller_phone=number) if number else Q(pk__in=())
    if applicant is not None:
        ids = {applicant.pk}
        if applicant.voen:
            same = Applicant.objects.visible_to(user).filter(voen=applicant.voen)
            ids |= set(same.values_list("pk", flat=True)[:NAMESAKES])
        wanted |= Q(applicant_id__in=ids)
    elif number:
        owners = Contact.objects.filter(kind=ContactKind.PHONE, value=number)
        wanted |= Q(applicant_id__in=list(owners.values_list("applicant_id", flat=True)[:OFFERED]))
    return wanted


def _offered(text: str, kind: str, people: list[Applicant]) -> Found:
    return Found(text, kind, people[:OFFERED], has_more=len(people) > OFFERED)


def _namesakes(people: ApplicantQuerySet, text: str) -> list[Applicant]:
    """Every typed word stands in the name; those that begin with the first word come first."""
    parts = [word for word in tokens(text) if len(word) > 1]
    if not parts or max(map(len, parts)) < 3:
        return []
    for part in parts:
        people = people.filter(search_text__contains=part)
    few = list(people.order_by()[:NAMESAKES])
    few.sort(key=lambda each: (not _begins(each, parts), each.sort_key, each.pk))
    return few[: OFFERED + 1]


def _begins(applicant: Applicant, parts: Iterable[str]) -> bool:
    words = applicant.search_text.split()
    return all(any(word.startswith(part) for word in words) for part in parts)


def appeals_of(user: User, applicant: Applicant) -> AppealQuerySet:
    """Every appeal of an applicant this reader may see."""
    return Appeal.objects.visible_to(user).filter(applicant=applicant)

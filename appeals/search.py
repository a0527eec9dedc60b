"""Finding appeals and applicants by whatever was typed, always inside what the reader may see."""

from __future__ import annotations

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from appeals.models import Appeal, Applicant
from appeals.querysets import AppealQuerySet, ApplicantQuerySet
from callcenter.identifiers import Shape, phone, shape
from callcenter.text import prefix_query, tokens
from people.models import User

#: Longest text the search reads.
LONGEST_QUERY = 200
#: Most applicants whose appeals one search by name brings.
MOST_NAMESAKES = 50
#: Area code of a seven-digit number given without one.
BAKU = "+99412"


def exact(user: User, text: str) -> Appeal | None:
    """The appeal whose registration number was typed, in any writing of it."""
    guess = shape(text)
    numbers = {" ".join(text.split()), guess.value} if guess.kind == "number" else {text.strip()}
    return Appeal.objects.visible_to(user).filter(number__in=numbers).only("number").first()


def narrow(appeals: AppealQuerySet, user: User, text: str) -> AppealQuerySet:
    """By the form of what was typed first; as words where that finds nothing."""
    guess = shape(text)
    if guess.kind != "words":
        found = appeals.filter(_by_shape(user, guess))
        if found.exists():
            return found
    query = prefix_query(text)
    if not query:
        return appeals.none()
    words = Q(search=SearchQuery(query, config="simple", search_type="raw"))
    people = list(_by_name(user, text).values_list("pk", flat=True)[:MOST_NAMESAKES])
    return appeals.filter(words | Q(applicant_id__in=people) if people else words)


def find_applicants(user: User, text: str, most: int = 20) -> list[Applicant]:
    """Applicants by telephone, FIN, VÖEN or parts of the name, with their contacts."""
    guess = shape(text)
    if guess.kind in ("phone", "fin", "voen"):
        known = list(_by_key(user, guess).prefetch_related("contacts")[:most])
        if known:
            return known
    return list(_by_name(user, text).order_by("sort_key", "id").prefetch_related("contacts")[:most])


def _phones(value: str) -> list[str]:
    return [value, BAKU + value] if len(value) == 7 else [phone(value).e164 or value]


def _by_key(user: User, guess: Shape) -> ApplicantQuerySet:
    people = Applicant.objects.visible_to(user)
    if guess.kind == "phone":
        return people.filter(contacts__value__in=_phones(guess.value)).distinct()
    return people.filter(**{guess.kind: guess.value})


def _by_shape(user: User, guess: Shape) -> Q:
    if guess.kind == "number":
        return Q(number=guess.value)
    found = Q(
        applicant_id__in=list(_by_key(user, guess).values_list("pk", flat=True)[:MOST_NAMESAKES])
    )
    if guess.kind == "phone":
        found |= Q(caller_phone__in=_phones(guess.value))
    return found


def _by_name(user: User, text: str) -> ApplicantQuerySet:
    """Every typed word stands somewhere in the name; one letter finds nobody."""
    people = Applicant.objects.visible_to(user)
    parts = [word for word in tokens(text) if len(word) > 1]
    if not parts:
        return people.none()
    for part in parts:
        people = people.filter(search_text__contains=part)
    return people

"""Shapes first (a number, a telephone, a VÖEN, a FIN), else words and names; inside the reader's rights."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db.models import BooleanField, ExpressionWrapper, Q, Value
from django.db.models.functions import Coalesce, Collate

from appeals.models import Appeal, Applicant
from appeals.numbering import sub_number_of
from appeals.querysets import AppealQuerySet, ApplicantQuerySet
from appeals.search import names
from appeals.search.query import RARE, Wanted, wanted
from callcenter.identifiers import Shape, phone, shape
from callcenter.text import tokens
from people.models import User

#: Longest text the search reads.
LONGEST_QUERY = 200
#: Most applicants whose appeals one search by name brings.
MOST_NAMESAKES = 500
#: Namesakes put in order for a choice among people.
OFFERED = 50
#: Area code of a seven-digit number given without one.
BAKU = "+99412"


@dataclass(frozen=True)
class Finding:
    """What a search asks of the appeals; a list of any order and filters is cut by it.

    `appeals` is about how many have it, out of the `of` counted; `least` how many the index of words
    would bring before the rest is checked. `in_order` is the same question asked so that no index
    answers it: for common words rows are then read in the order of the list until a page is full.
    `named` is the same once more, where indexes name what fits only when asked otherwise.
    """

    fits: Q
    appeals: int = 0
    of: int = 0
    least: int = 0
    marked: str = ""
    is_nothing: bool = False
    named: Q | None = None

    @property
    def in_order(self) -> Coalesce:
        return _unindexed(self.fits)

    def narrow(self, appeals: AppealQuerySet) -> AppealQuerySet:
        return appeals.none() if self.is_nothing else appeals.filter(self.fits)


@dataclass(frozen=True)
class Words:
    """The words typed, as an index of words is asked for them; "" where there is none."""

    tsquery: str
    appeals: int  # about how many appeals have the rarest of them
    marked: str

    @property
    def query(self) -> SearchQuery:
        return _query(self.tsquery)


def words_of(text: str) -> Words:
    """For what is searched beside the appeals."""
    asked = wanted(text)
    return Words(" & ".join(part.sql() for part in asked.parts), asked.least, asked.marked)


def numbers_of(text: str) -> set[str]:
    """Registration numbers that may be meant; no number is without a digit."""
    typed = " ".join(text.split())
    if not any(sign.isdigit() for sign in typed):
        return set()
    guess = shape(text)
    return {typed, guess.value} if guess.kind == "number" else {typed}


def _query(text: str) -> SearchQuery:
    return SearchQuery(text, config="simple", search_type="raw")


def _unindexed(asked: Q) -> Coalesce:
    """A condition no index answers, and of which the planner believes that half of the rows fit."""
    return Coalesce(ExpressionWrapper(asked, output_field=BooleanField()), Value(False))


NOTHING = Finding(Q(pk__in=[]), is_nothing=True)


#: A place in the file of another appeal: "cm 2026 123/1", "ÇM-2026-000123-T1".
_PLACE = re.compile(r"(.*\d)\s*(/|[-\s/]*[tT])\s*(\d{1,4})")


def exact(user: User, text: str) -> Appeal | None:
    """The appeal whose registration number was typed, in any writing of it, or whose place in the
    file of the appeal it was joined to or repeats."""
    numbers = numbers_of(text)
    if not numbers:
        return None
    places = set(numbers)
    place = _PLACE.fullmatch(" ".join(text.split()))
    first = shape(place[1]) if place else None
    if place and first and first.kind == "number":
        sort = "joined" if place[2] == "/" else "repeat"
        places.add(sub_number_of(first.value, sort, int(place[3])))
    seen = Appeal.objects.visible_to(user).only("number", "sub_number")
    asked = Q(number__in=numbers) | Q(sub_number__in=places - {""})
    # Its own number tells more of an appeal than a place in the file of another.
    found = sorted(seen.filter(asked), key=lambda one: (one.number not in numbers, one.pk))
    return found[0] if found else None


def find(user: User, text: str) -> Finding:
    """What fits the text: people it identifies, and words in any ending, spelling and writing."""
    guess = shape(text)
    asked = wanted(text)
    fits, count = Q(), asked.appeals
    if asked.asked:
        words = Q(search=_query(asked.asked))
        if asked.checked:
            words &= Q(_unindexed(Q(search=_query(asked.checked))))
        fits |= words
    people: list[int] = []
    if guess.kind in ("phone", "fin", "voen"):
        people = list(_by_key(user, guess).values_list("pk", flat=True)[:MOST_NAMESAKES])
        if guess.kind == "phone":
            fits |= Q(caller_phone__in=_phones(guess.value))
    # A name may look like a FIN in which the letter O was typed for a zero: "Axundov".
    if not people and any(sign.isalpha() for sign in text):
        people = _namesakes(user, text, asked)
    if people:
        fits |= Q(applicant_id__in=people)
    return Finding(fits, count, asked.of, asked.least, asked.marked) if fits else NOTHING


def narrow(appeals: AppealQuerySet, user: User, text: str) -> AppealQuerySet:
    """The appeals of a list that fit what was typed."""
    return find(user, text).narrow(appeals)


def find_applicants(user: User, text: str, most: int = 20) -> list[Applicant]:
    """Applicants by telephone, FIN, VÖEN or name, with their contacts: those whose name begins with
    what was typed first, then those who have its words anywhere in the name."""
    guess = shape(text)
    if guess.kind in ("phone", "fin", "voen"):
        known = list(_by_key(user, guess).prefetch_related("contacts")[:most])
        if known:
            return known
    beginning = " ".join(tokens(text))
    if len(beginning) < 2:
        return []
    # A range over an index in this very order: a common surname costs what a rare one costs.
    people = Applicant.objects.visible_to(user).prefetch_related("contacts")
    named = people.annotate(folded=Collate("search_text", "C"))
    begun = named.filter(folded__gte=beginning, folded__lt=f"{beginning}~")
    found = list(begun.order_by("folded", "id")[:most])
    if len(found) < most:
        others = _by_name(user, text).exclude(pk__in=[one.pk for one in found])
        rest = list(others.prefetch_related("contacts")[:OFFERED])
        found += sorted(rest, key=lambda one: (one.sort_key, one.pk))[: most - len(found)]
    if not found:
        meant = _meant(user, text, wanted(text), 0).prefetch_related("contacts")
        found = sorted(meant[:OFFERED], key=lambda one: (one.sort_key, one.pk))[:most]
    return found


def _namesakes(user: User, text: str, asked: Wanted) -> list[int]:
    """Those who bear the name as it was typed, and where hardly anybody does, those for whom it was
    meant."""
    people = list(_by_name(user, text).values_list("pk", flat=True)[:MOST_NAMESAKES])
    if len(people) <= RARE:
        people += (
            _meant(user, text, asked, len(people))
            .exclude(pk__in=people)
            .values_list("pk", flat=True)[:MOST_NAMESAKES]
        )
    return people


def _meant(user: User, text: str, asked: Wanted, bearers: int) -> ApplicantQuerySet:
    """People whose name was meant by what was typed; none where no word of it is a mistyped name."""
    people = Applicant.objects.visible_to(user)
    # Who sees no applicants is told nothing by their names.
    others = {} if people.query.is_empty() else names.meant(asked.suspects, bearers)
    return _by_name(user, text, others) if others else people.none()


def _phones(value: str) -> list[str]:
    return [value, BAKU + value] if len(value) == 7 else [phone(value).e164 or value]


def _by_key(user: User, guess: Shape) -> ApplicantQuerySet:
    people = Applicant.objects.visible_to(user)
    if guess.kind == "phone":
        return people.filter(contacts__value__in=_phones(guess.value)).distinct()
    return people.filter(**{guess.kind: guess.value})


def _by_name(
    user: User, text: str, others: Mapping[str, list[str]] | None = None
) -> ApplicantQuerySet:
    """Every typed word, or another it may stand for, is somewhere in the name, a single letter at the
    beginning of a word; one letter alone finds nobody."""
    people = Applicant.objects.visible_to(user)
    parts = dict.fromkeys(tokens(text))
    if not any(len(part) > 1 for part in parts):
        return people.none()
    for part in parts:
        fits = Q(search_text__contains=part if len(part) > 1 else f" {part}")
        for other in (others or {}).get(part, ()):
            fits |= Q(search_text__contains=other)
        people = people.filter(fits if len(part) > 1 else fits | Q(search_text__startswith=part))
    return people

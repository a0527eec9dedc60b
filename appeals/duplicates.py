"""Appeals the one being typed may repeat: shown while the caller speaks, never in the way.

Candidates are few before any text is compared: the same person, number or VÖEN within the topic's
branch, and the newest of the same topic group. Open ones, and those of the last days the setting
`duplicate_window_days` names.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import Q, QuerySet
from django.db.models.functions import Greatest, Left
from django.utils import timezone

from appeals.callers import same_people
from appeals.models import Appeal, Applicant, Topic
from callcenter.text import clean, tokens
from people.legal import number
from people.models import User

#: How many are shown, how many of a person and of a topic group are compared.
SHOWN = 4
OF_PERSON = 60
OF_GROUP = 300
#: Characters compared, of the typed text and of a kept one.
COMPARED = 400
#: Likeness (0 to 1) from which a stranger's text counts, and one of the same person.
LIKE_STRANGER = 0.45
LIKE_SAME = 0.12
#: Least letters of a text worth comparing.
LEAST = 12


@dataclass(frozen=True)
class Similar:
    """A possible duplicate and why it is one."""

    appeal: Appeal
    is_same_person: bool
    percent: int  # likeness of the texts

    @property
    def link(self) -> str:
        """What the form says for linking the new appeal with this one."""
        return f"link:{self.appeal.pk}"

    @property
    def merge(self) -> str:
        """What the form says for merging the new appeal into this one."""
        return f"merge:{self.appeal.pk}"


def similar_to(
    user: User,
    *,
    text: str,
    topic: Topic | None,
    applicant: Applicant | None = None,
    caller_phone: str = "",
    now: dt.datetime | None = None,
) -> list[Similar]:
    """The likeliest first; nothing while neither the person nor enough text is known."""
    # Trigrams are counted once and within words: a repeated word changes nothing but the time.
    typed = " ".join(dict.fromkeys(tokens(clean(text)[:COMPARED])))
    since = (now or timezone.now()) - dt.timedelta(days=number("duplicate_window_days", 30))
    seen = Appeal.objects.visible_to(user).exclude(status="merged")
    of_person: set[int] = set()
    if applicant is not None or caller_phone:
        theirs = seen.filter(same_people(user, applicant, caller_phone))
        theirs = theirs.filter(Q(is_open=True) | Q(registered_at__gte=since))
        if topic is not None:
            theirs = theirs.filter(topic__path__startswith=branch(topic))
        of_person = set(_newest(theirs, OF_PERSON))
    of_group: set[int] = set()
    if topic is not None and len(typed) >= LEAST:
        group = list(Topic.objects.filter(path__startswith=group_of(topic)).values_list("pk"))
        strangers = seen.filter(topic_id__in=[pk for (pk,) in group], registered_at__gte=since)
        of_group = set(_newest(strangers, OF_GROUP))
    return _scored(of_person, of_group, typed)


def branch(topic: Topic) -> str:
    """The whole branch of a topic: "/tax/account/voen/" is of "/tax/"."""
    return "/" + topic.path.strip("/").split("/")[0] + "/"


def group_of(topic: Topic) -> str:
    """The topic's nearest group; a topic of the first level is a group of its own."""
    parts = topic.path.strip("/").split("/")
    return "/" + "/".join(parts[:-1] if len(parts) > 1 else parts) + "/"


def _newest(appeals: QuerySet[Appeal], most: int) -> list[int]:
    return list(appeals.order_by("-registered_at", "-id").values_list("pk", flat=True)[:most])


def _scored(of_person: set[int], of_group: set[int], typed: str) -> list[Similar]:
    candidates = of_person | of_group
    if not candidates:
        return []
    # The database compares the texts, once each: asked for in a condition and in the order as well, it
    # compares them three times over.
    kept = Left("searched", COMPARED)
    likeness = Greatest(TrigramSimilarity(kept, typed), TrigramWordSimilarity(typed, kept) * 0.8)
    compared = Appeal.objects.filter(pk__in=candidates).order_by()
    least = LIKE_SAME if len(typed) >= LEAST else 0
    likely = [
        (pk in of_person, like, registered_at, pk)
        for pk, registered_at, like in compared.values_list("pk", "registered_at", likeness)
        if like >= (least if pk in of_person else LIKE_STRANGER)
    ]
    shown = sorted(likely, reverse=True)[:SHOWN]
    rows = Appeal.objects.for_list().in_bulk([pk for *_why, pk in shown])
    return [
        Similar(rows[pk], is_same, round(like * 100))
        for is_same, like, _registered_at, pk in shown
        if pk in rows
    ]

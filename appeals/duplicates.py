"""Appeals the one being typed may repeat: shown while the caller speaks, never in the way.

Candidates are few before any text is compared: the same person, number or VÖEN within the topic's
branch, and the newest of the same topic group. Open ones, and those of the last days the setting
`duplicate_window_days` names.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest, Left
from django.utils import timezone

from appeals.callers import same_people
from appeals.models import Appeal, Applicant, Topic
from callcenter.text import clean, words
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
    typed = words(clean(text)[:COMPARED])
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
    # `annotate` and `for_list` share one row; the texts are compared by the database.
    kept = Left("searched", COMPARED)
    likeness = Greatest(TrigramSimilarity(kept, typed), TrigramWordSimilarity(typed, kept) * 0.8)
    rows = Appeal.objects.filter(pk__in=candidates).annotate(likeness=likeness)
    close = Q(pk__in=of_person, likeness__gte=LIKE_SAME if len(typed) >= LEAST else 0)
    close |= Q(likeness__gte=LIKE_STRANGER)
    ordered = rows.filter(close).order_by(F("likeness").desc(), "-registered_at").for_list()
    found = [Similar(row, row.pk in of_person, round(row.likeness * 100)) for row in ordered[:12]]
    found.sort(key=lambda each: (not each.is_same_person, -each.percent))
    return found[:SHOWN]

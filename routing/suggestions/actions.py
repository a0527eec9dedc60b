"""Training: what answered appeals teach, kept as a versioned file with its measured accuracy."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils import timezone

from appeals.lifecycle import Status
from appeals.models import Appeal, Topic
from callcenter.errors import NotAllowed
from people.audit import audit
from people.models import Role, User
from people.standing import standing_of
from routing.lifecycle import RStatus
from routing.models import Referral
from routing.suggestions.learning import (
    NothingToLearn,
    Score,
    learn,
    most_frequent,
    score,
    to_bytes,
)
from routing.suggestions.models import Learned, SuggestionModel, SureEnough

#: Newest appeals that are learned from; older ones speak of structures and laws of their time.
MOST_TEXTS = 40_000
#: Days at the end that are held out to measure the accuracy.
HELD_OUT = dt.timedelta(days=30)
#: One training at a time, whatever asks for it.
LOCK = 7_340_112


@dataclass(frozen=True)
class Lessons:
    """Texts with their right answers, oldest first, and where the last month begins."""

    texts: list[str]
    answers: list[str]
    held_out_from: int


def lessons(target: str, *, now: dt.datetime | None = None) -> Lessons:
    """Answered appeals only: the structure that answered in the end, or the topic as corrected.

    Restricted appeals are never learned from: their words must not come back to others.
    """
    rows = _structures() if target == Learned.STRUCTURE else _topics()
    newest = sorted(rows, key=lambda row: row[2])[-MOST_TEXTS:]
    border = (now or timezone.now()) - HELD_OUT
    held = next((n for n, row in enumerate(newest) if row[2] >= border), len(newest))
    return Lessons([row[0] for row in newest], [str(row[1]) for row in newest], held)


def _structures() -> list[tuple[str, object, dt.datetime]]:
    rows = Referral.objects.filter(
        status=RStatus.TAKEN, appeal__is_restricted=False, structure__valid_to__isnull=True
    ).order_by("-id")
    # Known since the sector took the answer; those of the last month are what is tested on.
    known_at = Coalesce("finished_at", "answered_at", "appeal__registered_at")
    return list(rows.values_list("appeal__text", "structure__code", known_at)[:MOST_TEXTS])


def _topics() -> list[tuple[str, object, dt.datetime]]:
    rows = Appeal.objects.filter(
        status=Status.CLOSED, is_restricted=False, topic__valid_to__isnull=True
    ).order_by("-registered_at", "-id")
    return list(rows.values_list("text", "topic__code", "registered_at")[:MOST_TEXTS])


def measure(found: Lessons) -> Score | None:
    """Learn from all but the last month and test on it; None when either part is too small."""
    early, late = slice(None, found.held_out_from), slice(found.held_out_from, None)
    if not found.texts[late]:
        return None
    try:
        model = learn(found.texts[early], found.answers[early])
    except NothingToLearn:
        return None
    usual = most_frequent(found.answers[early])
    return score(model, found.texts[late], found.answers[late], usual)


def train(target: str, *, now: dt.datetime | None = None) -> SuggestionModel | None:
    """A new edition: measured on the last month held out, then taught by all. None when another
    training is under way."""
    found = lessons(target, now=now)
    measured = measure(found)
    try:
        data = to_bytes(learn(found.texts, found.answers))
    except NothingToLearn:
        data = b""
    digest = hashlib.sha256(data).hexdigest() if data else ""
    # The file first: a row never names a file that is not there.
    file = (
        default_storage.save(f"suggestions/{target}-{digest[:16]}.bin", ContentFile(data))
        if data
        else ""
    )
    with transaction.atomic():
        if not _alone():
            return None
        last = SuggestionModel.objects.filter(target=target).aggregate(last=Max("edition"))["last"]
        state = SuggestionModel.State
        return SuggestionModel.objects.create(
            target=target, edition=(last or 0) + 1, file=file, sha256=digest,
            state=state.TRAINED if data else state.NOTHING_TO_LEARN,
            learned_from=len(found.texts), classes=len(set(found.answers)),
            tested_on=measured.tested_on if measured else 0,
            top1=measured.top1 if measured else None,
            top3=measured.top3 if measured else None,
            baseline=measured.baseline if measured else None,
        )  # fmt: skip


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def set_threshold(*, by: User, topic: Topic, confidence: float | None) -> SureEnough | None:
    """From which confidence suggestions decide on the topic; None takes the threshold away."""
    if not standing_of(by).has(Role.ADMINISTRATOR):
        raise NotAllowed()
    with transaction.atomic():
        audit(
            "suggestion.threshold", by=by, object_kind="topic", object_ref=topic.pk,
            detail={"confidence": confidence},
        )  # fmt: skip
        if confidence is None:
            SureEnough.objects.filter(topic=topic).delete()
            return None
        row, _made = SureEnough.objects.update_or_create(
            topic=topic,
            defaults={"confidence": confidence, "author": by, "set_at": timezone.now()},
        )
        return row

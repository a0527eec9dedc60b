"""What the newest models offer for a text; loaded once per process and edition."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage

from appeals.models import Appeal, Topic
from people.models import Structure
from routing.suggestions.learning import Guess, from_bytes, guesses
from routing.suggestions.models import Learned, SuggestionModel, SureEnough

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

log = logging.getLogger(__name__)
#: Shorter texts say too little to guess from.
LEAST_LETTERS = 8
#: Offers below this are noise, not help.
LEAST_CONFIDENCE = 0.05

_loaded: dict[str, tuple[int, Pipeline | None]] = {}


@dataclass(frozen=True)
class Offer:
    """A structure or a topic with its confidence in per cent."""

    found: Structure | Topic
    percent: int


def newest(target: str) -> SuggestionModel | None:
    return SuggestionModel.objects.filter(target=target).order_by("-edition").first()


def _model(target: str) -> Pipeline | None:
    """The newest edition; the one before while its file is missing or not what was written."""
    row = newest(target)
    if row is None or not row.file:
        return None
    known = _loaded.get(target)
    if known is not None and known[0] == row.edition:
        return known[1]
    try:
        with default_storage.open(row.file) as file:
            data = file.read()
    except FileNotFoundError:
        log.warning("The file of the learned model %s is missing.", row)
        return None
    if hashlib.sha256(data).hexdigest() != row.sha256:
        log.error("The file of the learned model %s is not the one that was trained.", row)
        return None
    _loaded[target] = (row.edition, from_bytes(data))
    return _loaded[target][1]


def _guesses(target: str, text: str, most: int) -> list[Guess]:
    if len(text.strip()) < LEAST_LETTERS:
        return []
    model = _model(target)
    return guesses(model, text, most) if model is not None else []


def structures_for(
    text: str, *, barred: frozenset[int] = frozenset(), most: int = 3
) -> list[Offer]:
    """Up to three structures that exist today, never one the complaint may not reach."""
    found = _guesses(Learned.STRUCTURE, text, most + len(barred))
    return _offers(found, Structure.objects.current().exclude(pk__in=barred), most)


def topics_for(text: str, *, most: int = 3) -> list[Offer]:
    """Up to three topics that are in use today."""
    return _offers(_guesses(Learned.TOPIC, text, most), Topic.objects.filter(valid_to=None), most)


def _offers(found: list[Guess], rows, most: int) -> list[Offer]:
    by_code = {row.code: row for row in rows.filter(code__in=[guess.answer for guess in found])}
    return [
        Offer(by_code[guess.answer], round(100 * guess.confidence))
        for guess in found
        if guess.answer in by_code and guess.confidence >= LEAST_CONFIDENCE
    ][:most]


def sure_structure(appeal: Appeal) -> tuple[Structure | None, float | None]:
    """The structure a suggestion may decide on by itself: only where an administrator has set a
    threshold for the appeal's topic, and only above it."""
    threshold = SureEnough.objects.filter(topic_id=appeal.topic_id).first()
    if threshold is None or appeal.is_restricted:
        return None, None
    best = _guesses(Learned.STRUCTURE, appeal.text, 1)
    if not best or best[0].confidence < threshold.confidence:
        return None, None
    structure = Structure.objects.current().filter(code=best[0].answer).first()
    return (structure, best[0].confidence) if structure is not None else (None, None)

"""What an applicant is told of the own appeal without a sign-in, for its number and its code.

Whoever guesses learns nothing: a number that is none, a wrong code, a restricted and an anonymous
appeal cost the same work and are answered alike, and how often may be tried is counted in rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from appeals.lifecycle import Status
from appeals.models import Appeal, Rating, Reception
from appeals.models.appeal import new_state_code
from appeals.remedies import ground_words
from callcenter.identifiers import shape
from people.legal import number, text_setting
from people.limits import Spent, spend
from people.models.structure import localized

#: How long attempts are counted, seconds.
ADDRESS_WINDOW = 15 * 60
NUMBER_WINDOW = 3600
LONGEST_NUMBER = 40


@dataclass(frozen=True)
class Words:
    """A status in words for people who have never seen the inside."""

    title: str | Promise
    text: str | Promise
    tone: str
    shows_term: bool = True


WORDS: dict[Status, Words] = {
    Status.REGISTERED: Words(
        _("Your appeal is registered"), _("It will be taken under consideration."), "info"
    ),
    Status.CONSIDERED: Words(
        _("Your appeal is being considered"), _("The call centre works on it."), "info"
    ),
    Status.WAITING: Words(
        _("We are waiting for you"),
        _("Something only you know is missing. Call 195 and say your number; the term stands still until then."),
        "warn",
        shows_term=False,
    ),
    Status.REFERRED: Words(
        _("Your appeal is with the responsible structure"),
        _("The structure that answers for this matter prepares the answer."),
        "info",
    ),
    Status.ANSWERED: Words(
        _("The answer is ready and is being checked"), _("You will be told it soon."), "info"
    ),
    Status.CLOSED: Words(
        _("Your appeal is answered"),
        _("If you do not agree with the answer, call 195."),
        "good",
        shows_term=False,
    ),
    Status.LEFT: Words(
        _("Your appeal is left without consideration"),
        _("The reason and how to appeal against this were told to you. Call 195 to ask."),
        "",
        shows_term=False,
    ),
    Status.MERGED: Words(
        _("Your appeal is considered together with another"),
        _("The answer to the other appeal is the answer to this one too. Call 195 to ask."),
        "info",
        shows_term=False,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class State:
    """What the page shows, and nothing else of the appeal."""

    number: str
    received_at: dt.datetime
    words: Words
    due_at: dt.datetime | None
    answered_at: dt.datetime | None
    answer: str
    ground: str
    how_to_appeal: str
    reception: Reception | None
    rating: Rating | None


def attempt(*, neighbourhood: str, typed: str) -> Spent:
    """Count one attempt against the address it comes from and against the number it is about."""
    most_here = number("public_state_per_address", 20)
    most_about = number("public_state_per_number", 10)
    here = spend("state.address", neighbourhood, most=most_here, seconds=ADDRESS_WINDOW)
    about = spend("state.number", key_of(typed), most=most_about, seconds=NUMBER_WINDOW)
    held = [row.again_in for row in (here, about) if not row.is_within]
    return Spent(not held, max(held, default=0))


@sensitive_variables()
def state_of(typed: str, code: str) -> State | None:
    """The state, for the right code of an appeal that may be shown; None for everything else."""
    shows_answer = text_setting("public_state_shows_answer", "false") == "true"
    found = (
        Appeal.objects.filter(number=key_of(typed))
        .select_related("ground", "outcome")
        .defer("searched", "search", "text", "topic_answers")
        .first()
    )
    kept = found.state_code if found is not None else new_state_code()
    is_right = constant_time_compare(digits(code), kept)
    may_be_shown = found is not None and not found.is_restricted and not found.is_anonymous
    if found is None or not (is_right and may_be_shown):
        return None
    words = WORDS[Status(found.status)]
    ground = found.ground
    decided_by = ground or (found.outcome if found.status == Status.CLOSED else None)
    return State(
        number=found.number,
        received_at=found.received_at,
        words=words,
        due_at=found.due_at if words.shows_term else None,
        answered_at=found.answered_at,
        answer=found.answer_text if shows_answer and found.status == Status.CLOSED else "",
        ground=ground_words(ground, get_language() or "az") if ground is not None else "",
        how_to_appeal=localized(decided_by, "how_to_appeal") if decided_by is not None else "",
        reception=coming(found),
        rating=opinion_asked(found),
    )


def opinion_asked(appeal: Appeal) -> Rating | None:
    """The opinion still asked about the last ending: letters carry no link, number and code do."""
    rows = Rating.objects.filter(
        appeal=appeal, given_at__isnull=True, expires_at__gt=timezone.now()
    )
    return rows.order_by("-id").first() if appeal.status == Status.CLOSED else None


def coming(appeal: Appeal) -> Reception | None:
    """The reception the applicant is expected at."""
    rows = Reception.objects.expected().filter(appeal=appeal, slot__starts_at__gt=timezone.now())
    return rows.select_related("slot__official").first()


def key_of(typed: str) -> str:
    """One writing for all writings of a number, so that no writing is an attempt more."""
    guess = shape(typed[:LONGEST_NUMBER])
    return guess.value if guess.kind == "number" else " ".join(typed[:LONGEST_NUMBER].split())


def digits(code: str) -> str:
    """The code as typed with spaces or lines between."""
    return "".join(sign for sign in code if sign.isascii() and sign.isdigit())

"""What every way of ending a referral does."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appeals.extending import drop_asked
from appeals.terms import stop
from callcenter.errors import RuleBroken
from callcenter.kept_words import kept
from callcenter.text import clean
from people.models import User
from routing.models import Referral

#: Longest answer of a structure, characters.
LONGEST_ANSWER = 100_000
UNDECIDED = gettext_lazy("The referral ended before the decision.")


def checked_answer(text: str) -> str:
    """The words of an answer, cleaned; never empty, never endless."""
    text = clean(text).strip()
    if not text:
        raise RuleBroken("answer_required", _("Write the answer."), field="text")
    if len(text) > LONGEST_ANSWER:
        raise RuleBroken(
            "text_too_long",
            _("The text is longer than %(longest)d characters.") % {"longest": LONGEST_ANSWER},
            field="text",
        )
    return text


def finish(referral: Referral, *, by: User | None, at: dt.datetime) -> None:
    """Its clock stops; a longer term nobody decided on is no longer asked."""
    if referral.clock is not None and referral.clock.stopped_at is None:
        stop(referral.clock, at=at)
        drop_asked(referral.clock, by=by, at=at, note=kept(UNDECIDED))

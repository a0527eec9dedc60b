"""Which steps may be taken for many appeals at once, each by its own verb and its own form.

Not every step of the table is here: what needs its own words for each applicant (an answer that is
not the same for all, a reason of law, a term) is written one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise

from appeals.lifecycle import ACTIONS, Action
from appeals.models import BulkRun
from people.models import User
from people.standing import standing_of

#: Rows of one run that are done while one waits; more go to the background.
AT_ONCE = 20
#: Rows of a run, unless an administrator says otherwise (`bulk_most`).
MOST = 500


@dataclass(frozen=True)
class Turn:
    """One appeal's turn in a run."""

    run: BulkRun
    appeal_id: int
    version: int
    by: User


@dataclass(frozen=True)
class BulkVerb:
    """`take` calls the verb for one appeal with what the form said; it raises what the verb raises."""

    code: str
    action: Action
    form: type[forms.Form]
    take: Callable[[Turn, dict[str, Any]], object]
    label: str | Promise = ""

    @property
    def words(self) -> str:
        return str(self.label or ACTIONS[self.action].label)

    def is_for(self, user: User) -> bool:
        """The roles of the table; the appeal at hand is asked one by one."""
        return standing_of(user).has(*ACTIONS[self.action].roles)


_verbs: dict[str, BulkVerb] = {}


def know(*verbs: BulkVerb) -> None:
    """Offer steps; a layer above adds its own in `AppConfig.ready()`."""
    _verbs.update({verb.code: verb for verb in verbs})


def verbs_for(user: User) -> list[BulkVerb]:
    """In the order of the table."""
    order = list(ACTIONS)
    found = [verb for verb in _verbs.values() if verb.is_for(user)]
    return sorted(found, key=lambda verb: order.index(verb.action))


def verb_of(code: str) -> BulkVerb | None:
    return _verbs.get(code)

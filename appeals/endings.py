"""What must not be left running when an appeal ends; layers above name theirs in `ready()`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from appeals.models import Appeal
from callcenter.errors import RuleBroken
from people.models import User


@dataclass(frozen=True)
class Belonging:
    """Work of an appeal that lives elsewhere: `open_of` names what still runs, in words;
    `finish` ends all of it by its own verbs, with the appeal already held."""

    open_of: Callable[[Appeal], list[str]]
    finish: Callable[[Appeal, User | None, str, dt.datetime], None]


_belongings: dict[str, Belonging] = {}


def know(name: str, belonging: Belonging) -> None:
    """Add a kind of work that ends with its appeal."""
    _belongings[name] = belonging


def still_open(appeal: Appeal) -> list[str]:
    """What would be cut off if the appeal ended now."""
    return [words for each in _belongings.values() for words in each.open_of(appeal)]


def finish(appeal: Appeal, *, by: User | None, reason: str, at: dt.datetime) -> None:
    """End what still runs, for a reason; without one the appeal cannot end over it.

    Called with the appeal held and before the step that ends it. Raises RuleBroken on `note`.
    """
    running = still_open(appeal)
    if not running:
        return
    if not reason.strip():
        raise RuleBroken(
            "still_open",
            _("Not answered yet: %(names)s. Give the reason for ending without it.")
            % {"names": "; ".join(running)},
            field="note",
        )
    for each in _belongings.values():
        each.finish(appeal, by, reason, at)

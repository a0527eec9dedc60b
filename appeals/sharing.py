"""Which files of an appeal a layer above shares with whom, beside those who see the appeal itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from people.models import User

#: Gives the files shared with a person as a condition over `Attachment`, or nothing.
Rule = Callable[["User"], Q | None]
_rules: dict[str, Rule] = {}


def know(name: str, rule: Rule) -> None:
    """Add a rule; one name stands for one rule. Called from `AppConfig.ready`."""
    _rules[name] = rule


def shared_with(user: User) -> list[Q]:
    """What every rule shares with this person."""
    return [shared for rule in _rules.values() if (shared := rule(user)) is not None]

"""What can go wrong by the rules; pages, fragments and the API each answer these in their own way."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _


class RuleBroken(Exception):
    """A rule forbids this; `message` is for people, `code` for programs, `field` names what to correct."""

    status = 409

    def __init__(self, code: str, message: Any, field: str = "") -> None:
        super().__init__(code, message, field)
        self.code = code
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class AlreadyDone(RuleBroken):
    """It was done before, perhaps by somebody else: a notice to people, success to tasks."""

    def __init__(self, message: Any, code: str = "already_done", field: str = "") -> None:
        super().__init__(code, message, field)


class StaleForm(RuleBroken):
    """Somebody else saved first; what was typed here is kept."""

    def __init__(self, message: Any = "", code: str = "stale_form", field: str = "") -> None:
        super().__init__(
            code, message or _("Somebody else saved this before you. Both texts are kept."), field
        )


class Busy(RuleBroken):
    """Another person is saving the same thing right now; trying again helps."""

    status = 503

    def __init__(self, message: Any = "", code: str = "busy", field: str = "") -> None:
        super().__init__(
            code, message or _("Another colleague is saving this appeal. Please try again."), field
        )


class NotAllowed(RuleBroken):
    """Unknown and forbidden look the same from outside."""

    status = 404

    def __init__(self, message: Any = "", code: str = "not_found", field: str = "") -> None:
        super().__init__(code, message or _("There is no such page, or it is not for you."), field)

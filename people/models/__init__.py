"""Who works here, where, in whose place; the calendar and the numbers the law sets."""

from people.models.alert import Alert
from people.models.audit import AuditEntry
from people.models.calendar import (
    CalendarChange,
    CalendarChangeDay,
    CalendarDay,
    CalendarVersion,
)
from people.models.legal import LegalNumber
from people.models.structure import Category, Structure
from people.models.token import Allowance, ApiAnswer, ApiToken
from people.models.user import Delegation, Placement, Position, Role, User

__all__ = [
    "Alert",
    "Allowance",
    "ApiAnswer",
    "ApiToken",
    "AuditEntry",
    "CalendarChange",
    "CalendarChangeDay",
    "CalendarDay",
    "CalendarVersion",
    "Category",
    "Delegation",
    "LegalNumber",
    "Placement",
    "Position",
    "Role",
    "Structure",
    "User",
]

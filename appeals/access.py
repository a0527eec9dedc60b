"""Which roles may open which pages of appeals."""

from __future__ import annotations

from people.access import View, only
from people.models import Role

__all__ = [
    "ADMINISTRATORS", "DESK", "EVERYONE", "HEADS", "INSIDERS", "READERS", "RECEIVERS", "View", "only",
]  # fmt: skip

#: Those who receive appeals.
DESK = frozenset({str(Role.OPERATOR), str(Role.SECTOR_HEAD)})
#: Those a dissatisfied applicant goes up to.
HEADS = frozenset({str(Role.SECTOR_HEAD)})
#: Those whose unfinished typing is kept.
WRITERS = DESK | {str(Role.STRUCTURE_USER), str(Role.STRUCTURE_HEAD)}
#: Those who read the lists of appeals.
READERS = DESK | {str(Role.AUDITOR), str(Role.MANAGEMENT)}
#: Those who read internal notes.
INSIDERS = DESK | {str(Role.AUDITOR)}
#: Those who may have to do with receptions: who invites, who receives, who oversees.
RECEIVERS = READERS | {str(Role.STRUCTURE_USER), str(Role.STRUCTURE_HEAD)}
#: Those who keep the calendar, the numbers of the law and the dictionaries.
ADMINISTRATORS = frozenset({str(Role.ADMINISTRATOR)})
#: Everybody who is signed in with a role.
EVERYONE = frozenset(str(role) for role in Role)

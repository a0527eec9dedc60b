"""Who opens which dashboard."""

from __future__ import annotations

from people.models import Role

#: Those who watch the whole sector.
WATCHERS = frozenset({str(Role.SECTOR_HEAD), str(Role.MANAGEMENT)})
#: Those who read any figure of appeals.
READERS = frozenset(
    {str(Role.SECTOR_HEAD), str(Role.MANAGEMENT), str(Role.AUDITOR), str(Role.OPERATOR)}
)
STRUCTURES = frozenset({str(Role.STRUCTURE_USER), str(Role.STRUCTURE_HEAD)})
OPERATORS = frozenset({str(Role.OPERATOR), str(Role.SECTOR_HEAD)})

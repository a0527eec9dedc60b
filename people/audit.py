"""The one door to the audit journal."""

from __future__ import annotations

from people.models import AuditEntry, User
from people.standing import standing_of


def audit(
    kind: str,
    *,
    by: User | None,
    object_kind: str = "",
    object_ref: object = "",
    detail: dict[str, object] | None = None,
    address: str | None = None,
) -> AuditEntry:
    """Write down a look, a download, a refusal or a changed setting. `detail` holds no person."""
    acting_for = standing_of(by).acting_for_name if by is not None else ""
    return AuditEntry.objects.create(
        kind=kind,
        actor=by,
        actor_name=by.name if by is not None else "system",
        acting_for_name=acting_for,
        object_kind=object_kind,
        object_ref=str(object_ref),
        detail=detail or {},
        address=address,
    )

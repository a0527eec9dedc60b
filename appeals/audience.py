"""The people who may see an appeal already in hand: the other side of `visible_to`."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from appeals.models import Appeal
from people.models import Delegation, Role, User

#: See every appeal; and those who see all but the restricted ones.
ALL_SEEING = (Role.SECTOR_HEAD, Role.AUDITOR)
MANY_SEEING = (Role.OPERATOR, Role.MANAGEMENT)


def people_who_see(appeal: Appeal, *, inside: bool = False) -> QuerySet[User]:
    """Active people for whom `visible_to` holds the appeal, today; `inside` only those who also
    read internal notes."""
    roles = [*ALL_SEEING]
    if not appeal.is_restricted:
        roles += [Role.OPERATOR] if inside else MANY_SEEING
    seeing = _holding(roles)
    own = [pk for pk in (appeal.registered_by_id, appeal.owner_id) if pk is not None]
    if own:
        seeing |= Q(pk__in=own) & _holding([Role.OPERATOR])
    return User.objects.filter(seeing, is_active=True)


def _holding(roles: list[str]) -> Q:
    """The role itself, or acting today for somebody who has it."""
    acting = Delegation.objects.on(timezone.localdate()).filter(principal__role__in=roles)
    return Q(role__in=roles) | Q(pk__in=acting.values("delegate"))

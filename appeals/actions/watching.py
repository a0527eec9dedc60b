"""Following an appeal: a mark of a person, no step of the appeal."""

from __future__ import annotations

from appeals.models import Appeal, Watch
from callcenter.errors import NotAllowed
from people.models import User


def watch(appeal_id: int, *, by: User) -> None:
    """Be told of every change; following twice is following."""
    if not Appeal.objects.visible_to(by).filter(pk=appeal_id).exists():
        raise NotAllowed()
    Watch.objects.get_or_create(appeal_id=appeal_id, user=by)


def unwatch(appeal_id: int, *, by: User) -> None:
    """Be told no more; also of what one may no longer see."""
    Watch.objects.filter(appeal_id=appeal_id, user=by).delete()

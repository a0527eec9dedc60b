"""Which structure answers for a topic: the one named nearest to it in the tree of topics."""

from __future__ import annotations

from django.db.models.functions import Length
from django.utils import timezone

from appeals.models import Topic
from people.models import Structure
from routing.models import Competence


def competent_for(topic: Topic, *, barred: frozenset[int] = frozenset()) -> Structure | None:
    """The current structure of the nearest branch that is not barred; nobody when none is named."""
    branch = [topic.path[: at + 1] for at, sign in enumerate(topic.path) if sign == "/" and at]
    today = timezone.localdate()
    named = (
        Competence.objects.filter(topic__path__in=branch, structure__in=Structure.objects.on(today))
        .exclude(structure__in=barred)
        .select_related("structure")
        .order_by(Length("topic__path").desc(), "structure__path")
        .first()
    )
    return named.structure if named is not None else None

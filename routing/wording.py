"""Texts an answer may begin with: the structure's own before everybody's, those of the topic first."""

from __future__ import annotations

from django.db.models import BooleanField, Case, F, Q, QuerySet, Value, When

from people.models import Role, User
from people.standing import standing_of
from routing.models import AnswerTemplate, Referral

#: Templates offered in one answer; more would no longer be found by eye.
MOST_OFFERED = 50


def templates_for(referral: Referral) -> QuerySet[AnswerTemplate]:
    """Those of the structure and those of all, for the topic's branch or for any topic."""
    path = referral.appeal.topic.path
    branch = [path[: at + 1] for at, sign in enumerate(path) if sign == "/" and at]
    rows = AnswerTemplate.objects.filter(
        Q(structure=referral.structure_id) | Q(structure__isnull=True),
        Q(topic__isnull=True) | Q(topic__path__in=branch),
        is_active=True,
    )
    is_general = Case(
        When(topic__isnull=True, then=Value(True)), default=Value(False),
        output_field=BooleanField(),
    )  # fmt: skip
    return rows.order_by(is_general, F("structure").asc(nulls_last=True), "title", "id")


def editable_by(user: User) -> QuerySet[AnswerTemplate]:
    """A structure's people edit their own; the sector head and an administrator everybody's."""
    standing = standing_of(user)
    allowed = Q(pk__in=())
    if standing.has(Role.STRUCTURE_USER, Role.STRUCTURE_HEAD):
        allowed |= Q(structure_id__in=standing.structures)
    if standing.has(Role.SECTOR_HEAD, Role.ADMINISTRATOR):
        allowed |= Q(structure__isnull=True)
    return AnswerTemplate.objects.filter(allowed)

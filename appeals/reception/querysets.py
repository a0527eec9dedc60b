"""Reading receptions. `visible_to` is the only answer to "who sees what"."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from appeals.reception.lifecycle import EXPECTED
from people.models import Delegation, Role
from people.models.user import DatedQuerySet
from people.standing import standing_of

if TYPE_CHECKING:
    from people.models import User

#: Those who see every official's calendar.
OVERSEERS = (Role.OPERATOR, Role.SECTOR_HEAD, Role.AUDITOR, Role.MANAGEMENT)


def stands_for(user: User) -> set[int]:
    """The user and those the user acts for today; kept on the user object, as the standing is."""
    today = timezone.localdate()
    kept: tuple[dt.date, set[int]] | None = getattr(user, "_stands_for", None)
    if kept is None or kept[0] != today:
        rows = Delegation.objects.on(today).filter(delegate=user)
        kept = today, {user.pk, *rows.values_list("principal_id", flat=True)}
        user._stands_for = kept
    return kept[1]


def _received_by(user: User, path: str = "") -> Q:
    people = stands_for(user)
    return Q(**{f"{path}user__in": people}) | Q(**{f"{path}assistant__in": people})


class OfficialQuerySet(DatedQuerySet):
    """Officials by day and by who keeps their calendar."""

    def current(self) -> OfficialQuerySet:
        return self.on(timezone.localdate())

    def kept_by(self, user: User) -> OfficialQuerySet:
        """Own calendar, and those of whom the user assists or acts for."""
        return self.filter(_received_by(user))

    def visible_to(self, user: User) -> OfficialQuerySet:
        """The sector, management and auditors see all; others the calendars they keep."""
        standing = standing_of(user)
        if standing.has(*OVERSEERS):
            return self
        if not standing.roles or standing.roles == {str(Role.ADMINISTRATOR)}:
            return self.none()
        return self.kept_by(user)


class SlotQuerySet(models.QuerySet):
    """Hours of reception."""

    def visible_to(self, user: User) -> SlotQuerySet:
        standing = standing_of(user)
        if standing.has(*OVERSEERS):
            return self
        if not standing.roles or standing.roles == {str(Role.ADMINISTRATOR)}:
            return self.none()
        return self.filter(_received_by(user, "official__"))

    def between(self, first: dt.datetime, last: dt.datetime) -> SlotQuerySet:
        return self.filter(starts_at__gte=first, starts_at__lt=last)

    def free(self, at: dt.datetime) -> SlotQuerySet:
        """Still to come, not cancelled, with a place left; soonest first."""
        return (
            self.filter(starts_at__gt=at, cancelled_at__isnull=True, taken__lt=F("capacity"))
            .select_related("official")
            .order_by("starts_at", "id")
        )


class ReceptionQuerySet(models.QuerySet):
    """Invitations and what became of them."""

    def visible_to(self, user: User) -> ReceptionQuerySet:
        """Who sees the appeal, and who receives its applicant."""
        standing = standing_of(user)
        if not standing.roles or standing.roles == {str(Role.ADMINISTRATOR)}:
            return self.none()
        mine = _received_by(user, "slot__official__")
        if standing.has(Role.SECTOR_HEAD, Role.AUDITOR):
            return self
        if standing.has(Role.OPERATOR, Role.MANAGEMENT):
            # Asked row by row through the key: a list of all the appeals one sees is never made.
            seen = apps.get_model("appeals", "Appeal").objects.visible_to(user)
            return self.filter(Exists(seen.filter(pk=OuterRef("appeal_id"))) | mine)
        return self.filter(mine)

    def expected(self) -> ReceptionQuerySet:
        return self.filter(state__in=EXPECTED)

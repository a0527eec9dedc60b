"""Reading referrals; `visible_to` is the only answer to "who sees what"."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone

from appeals.models import Appeal
from people.calendar import working_calendar
from people.models import Role
from people.standing import standing_of
from routing.kinds import ASKED_ONLY

if TYPE_CHECKING:
    from people.models import User


def end_of_soon(at: dt.datetime) -> dt.datetime:
    """The end of the second working day from now, Baku time."""
    last = working_calendar().add_working_days(timezone.localdate(at), 2)
    return timezone.make_aware(dt.datetime.combine(last, dt.time.max))


class ReferralQuerySet(models.QuerySet):
    """Sentences over referrals."""

    def visible_to(self, user: User) -> ReferralQuerySet:
        """The sector sees the referrals of the appeals it sees; a structure those sent to it,
        but nobody what complains about them."""
        standing = standing_of(user)
        if standing.has(Role.SECTOR_HEAD, Role.AUDITOR):
            return self
        seen = Q()
        if standing.has(Role.OPERATOR, Role.MANAGEMENT):
            seen |= Q(appeal__in=Appeal.objects.visible_to(user))
        if standing.has(Role.STRUCTURE_USER, Role.STRUCTURE_HEAD):
            mine = Q(structure_id__in=standing.structures)
            # A subquery asked once, not a join for each row.
            accused = Appeal.objects.filter(complained_user=user).values("pk")
            seen |= mine & ~Q(appeal__in=accused)
        return self.filter(seen) if seen else self.none()

    def open(self) -> ReferralQuerySet:
        return self.filter(is_open=True)

    def holding(self) -> ReferralQuerySet:
        """Those the appeal itself was given with: not asked only, not a co-executor's part."""
        return self.filter(main__isnull=True).exclude(kind__in=ASKED_ONLY)

    def overdue(self, at: dt.datetime) -> ReferralQuerySet:
        return self.filter(is_open=True, due_at__lt=at)

    def due_soon(self, at: dt.datetime) -> ReferralQuerySet:
        """Open, not late yet, and due before the end of the second working day from now."""
        return self.filter(is_open=True, due_at__gte=at, due_at__lte=end_of_soon(at))

    def for_list(self) -> ReferralQuerySet:
        """One query for a page of rows; nothing of the applicant is read."""
        return self.select_related("appeal__topic", "structure", "executor").only(
            "status", "kind", "due_at", "sent_at", "version", "is_late", "structure_name", "rework_count", "main_id",
            "appeal__number", "appeal__kind", "appeal__topic__name_az", "appeal__topic__name_en",
            "appeal__topic__name_ru", "structure__name_az", "structure__name_en",
            "structure__name_ru", "structure__short_az", "structure__short_en",
            "structure__short_ru", "executor__first_name", "executor__last_name",
            "executor__username",
        )  # fmt: skip

"""Reading reports. `visible_to` is the only answer to "who sees which report"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from people.models import Role
from people.standing import standing_of
from reports.lifecycle import SHOWN

if TYPE_CHECKING:
    from people.models import User


class ReportQuerySet(models.QuerySet):
    """Sentences over reports."""

    def visible_to(self, user: User) -> ReportQuerySet:
        """The sector head and the auditor see all; management what was presented to it and what
        it asked for itself; nobody else sees reports."""
        standing = standing_of(user)
        if standing.has(Role.SECTOR_HEAD, Role.AUDITOR):
            return self
        if standing.has(Role.MANAGEMENT):
            return self.filter(Q(state__in=SHOWN) | Q(asked_by=user))
        return self.none()

    def for_list(self) -> ReportQuerySet:
        """What a row of the list shows: never the document itself."""
        return self.select_related("asked_by", "signed_by", "corrects", "corrected_by").only(
            *LISTED,
            "corrects__edition",
            "corrected_by__edition",
            *(f"{who}__{part}" for who in ("asked_by", "signed_by") for part in NAME),
        )


NAME = ("first_name", "last_name", "username")
LISTED = (
    "first", "last", "sort", "language", "state", "progress", "edition", "is_periodic",
    "asked_at", "built_at", "signed_at", "presented_at", "asked_by_id", "signed_by_id", "version",
    "corrects_id",
)  # fmt: skip

"""Reading appeals and applicants. `visible_to` is the only answer to "who sees what"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from appeals.lifecycle import Status
from appeals.sharing import shared_with
from people.models import Role
from people.standing import standing_of

if TYPE_CHECKING:
    from appeals.models import Appeal
    from people.models import User

#: What a row of any list shows, and no more.
LISTED = (
    "number", "kind", "status", "channel", "language", "registered_at", "due_at", "closed_at",
    "is_restricted", "is_anonymous", "version", "topic_id", "applicant_id", "owner_id",
    "responsible_id", "outcome_id", "caller_phone", "contact_count", "joined_to_id",
    "merged_into_id", "repeat_of_id", "sub_number",
)  # fmt: skip
NAMES = ("name_az", "name_en", "name_ru")
SHORT = ("short_az", "short_en", "short_ru")
#: Rows of other tables that lists name, and what names them.
NAMED_IN_LISTS: dict[str, tuple[str, ...]] = {
    "topic": (*NAMES, "path"),
    "applicant": ("kind", "surname", "given_name", "patronymic", "organisation_name"),
    "owner": ("first_name", "last_name", "username"),
    "responsible": (*NAMES, *SHORT),
    "outcome": NAMES,
}


class AppealQuerySet(models.QuerySet):
    """Sentences over appeals: `.open().overdue(now).visible_to(user).for_list()`."""

    def visible_to(self, user: User) -> AppealQuerySet:
        """The sector head and the auditor see all; operators and management all but the
        restricted, operators also the restricted ones they registered or own. A structure
        sees referrals, never the appeal itself; an administrator keeps settings, not appeals.
        """
        standing = standing_of(user)
        if standing.has(Role.SECTOR_HEAD, Role.AUDITOR):
            return self
        if standing.has(Role.OPERATOR):
            return self.filter(Q(is_restricted=False) | Q(registered_by=user) | Q(owner=user))
        if standing.has(Role.MANAGEMENT):
            return self.filter(is_restricted=False)
        return self.none()

    def open(self) -> AppealQuerySet:
        return self.filter(is_open=True)

    def overdue(self, at: dt.datetime) -> AppealQuerySet:
        """Open with a term that has passed."""
        return self.filter(is_open=True, due_at__lt=at).exclude(status=Status.WAITING)

    def due_between(self, start: dt.datetime, end: dt.datetime) -> AppealQuerySet:
        return self.filter(is_open=True, due_at__gte=start, due_at__lt=end)

    def unassigned(self) -> AppealQuerySet:
        return self.filter(is_open=True, owner__isnull=True)

    def returned(self) -> AppealQuerySet:
        """Came back from a structure, and nobody has moved it on since."""
        return self.filter(is_open=True, returned_at__isnull=False)

    def for_list(
        self, fields: Iterable[str] = (), related: Iterable[str] = tuple(NAMED_IN_LISTS)
    ) -> AppealQuerySet:
        """One query for a page of rows; a list of few columns asks for less, of others for more."""
        related = list(related)
        named = [f"{name}__{part}" for name in related for part in NAMED_IN_LISTS.get(name, ())]
        return self.select_related(*related).only(*LISTED, *fields, *named)


class ApplicantQuerySet(models.QuerySet):
    """Sentences over applicants."""

    def visible_to(self, user: User) -> ApplicantQuerySet:
        """Those who receive appeals see applicants; management and structures do not."""
        if standing_of(user).has(Role.OPERATOR, Role.SECTOR_HEAD, Role.AUDITOR):
            return self
        return self.none()


class AttachmentQuerySet(models.QuerySet):
    """Sentences over files."""

    def visible_to(self, user: User, within: Appeal | int | None = None) -> AttachmentQuerySet:
        """Files of the appeals one sees, for those who work on or check appeals; one's own of a
        form not yet sent; and what a layer above shares. Management reads appeals, not files.
        `within`: only of this appeal, which was read under the user's rights already."""
        from appeals.models import Appeal

        standing = standing_of(user)
        if within is not None and standing.has(Role.SECTOR_HEAD, Role.AUDITOR, Role.OPERATOR):
            return self.filter(appeal=within, removed_at__isnull=True)
        seen = Q(appeal__isnull=True, by=user)
        if standing.has(Role.SECTOR_HEAD, Role.AUDITOR):
            seen |= Q(appeal__isnull=False)
        elif standing.has(Role.OPERATOR):
            seen |= Q(appeal__in=Appeal.objects.visible_to(user))
        for shared in shared_with(user):
            seen |= shared
        rows = self if within is None else self.filter(appeal=within)
        return rows.filter(seen, removed_at__isnull=True)


class _OfAppealQuerySet(models.QuerySet):
    """Rows that are seen by whoever receives or checks appeals and sees the appeal."""

    def visible_to(self, user: User, within: Appeal | int | None = None) -> Self:
        """What stands in a notice, a letter or an opinion names the applicant: not for management.
        `within`: only of this appeal, which was read under the user's rights already."""
        from appeals.models import Appeal

        standing = standing_of(user)
        rows = self if within is None else self.filter(appeal=within)
        if standing.has(Role.SECTOR_HEAD, Role.AUDITOR):
            return rows
        if standing.has(Role.OPERATOR):
            is_seen = within is not None
            return rows if is_seen else rows.filter(appeal__in=Appeal.objects.visible_to(user))
        return self.none()


class NoticeQuerySet(_OfAppealQuerySet):
    """Sentences over notices."""

    def undelivered(self) -> NoticeQuerySet:
        """Given up, and nobody has dealt with it."""
        return self.filter(state="failed", settled_at__isnull=True)

    def to_tell(self) -> NoticeQuerySet:
        """Nothing but a call reaches the applicant."""
        return self.filter(state="owed", channel="phone")


class LetterQuerySet(_OfAppealQuerySet):
    """Sentences over letters."""


class RatingQuerySet(_OfAppealQuerySet):
    """Sentences over the applicants' opinions of how they were served."""

    def dissatisfied(self) -> RatingQuerySet:
        """Low ratings nobody has dealt with."""
        return self.filter(is_low=True, handled_at__isnull=True)

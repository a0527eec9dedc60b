"""Reading referrals; `visible_to` is the only answer to "who sees what"."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import BooleanField, Func, Q
from django.utils import timezone

from appeals.models import Appeal
from people.calendar import working_calendar
from people.models import Role
from people.standing import standing_of
from routing.guard import ancestry_around
from routing.kinds import ASKED_ONLY

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

    from people.models import User
    from routing.models import Referral


def end_of_soon(at: dt.datetime) -> dt.datetime:
    """The end of the second working day from now, Baku time."""
    last = working_calendar().add_working_days(timezone.localdate(at), 2)
    return timezone.make_aware(dt.datetime.combine(last, dt.time.max))


def past_places(user: User) -> frozenset[int]:
    """The ended bodies whose work the person's structures carry on: what they answered is read
    there, nothing more."""
    ancestry = ancestry_around(user)
    places = standing_of(user).structures
    found = frozenset().union(*(ancestry[each].past for each in places if each in ancestry))
    return found - places


class IsAbout(Func):
    """True where the row's appeal complains about the person or one of the bodies. Looked up for the
    rows at hand, not gathered for the whole table; in SQL of its own, since every count of the inbox
    asks it and putting it together took longer than asking.

    Where a thousand rows are counted (`among_many`) the few such appeals are gathered once instead:
    a thousand look-ups took three times as long.
    """

    output_field = BooleanField()
    SQL = (
        "EXISTS (SELECT 1 FROM appeals_appeal accusing WHERE accusing.id = {0} AND ("
        "accusing.complained_user_id = %s OR accusing.complained_structure_id = ANY(%s)))"
    )
    GATHERED = (
        "({0} IN (SELECT id FROM appeals_appeal WHERE complained_user_id = %s "
        "UNION ALL SELECT id FROM appeals_appeal WHERE complained_structure_id = ANY(%s)))"
    )

    def __init__(
        self, appeal: str, user_id: int, bodies: list[int], among_many: bool = False
    ) -> None:
        super().__init__(appeal)
        self.user_id, self.bodies, self.among_many = user_id, bodies, among_many

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, list[Any]]:
        column, params = compiler.compile(self.source_expressions[0])
        sql = self.GATHERED if self.among_many else self.SQL
        return sql.format(column), [*params, self.user_id, self.bodies]


def barred_of_places(user: User) -> dict[frozenset[int], list[int]]:
    """The person's places, those of whom they replace, and the ended bodies these took the place of,
    by the bodies no complaint about which is read there."""
    standing, ancestry = standing_of(user), ancestry_around(user)
    own = frozenset().union(*(ancestry[each].accusers for each in standing.own))
    places: dict[frozenset[int], list[int]] = {}
    for place in standing.structures:
        before = ancestry[place]
        # What accuses an ended body accuses its successor too: one set for both.
        places.setdefault(own | before.accusers, []).extend(sorted({place, *before.past}))
    return places


def of_places(user: User, *, among_many: bool = False) -> Q:
    """Sent to one of those places; never what complains about the person, about a body they belong
    to, or about the place itself, whatever was corrected, reorganised or substituted since."""
    found: Q | None = None
    for barred, rows in barred_of_places(user).items():
        sent = Q(structure_id__in=rows) & ~IsAbout("appeal_id", user.pk, sorted(barred), among_many)
        found = sent if found is None else found | sent
    return Q(pk__in=[]) if found is None else found


def is_of_places(user: User, referral: Referral) -> bool:
    """The same rule, for a referral and its appeal already in hand."""
    appeal = referral.appeal
    return appeal.complained_user_id != user.pk and any(
        referral.structure_id in rows and appeal.complained_structure_id not in barred
        for barred, rows in barred_of_places(user).items()
    )


#: What a row of a list shows.
LISTED = (
    "status", "kind", "due_at", "sent_at", "version", "is_late", "structure_name", "rework_count", "main_id",
    "appeal__number", "appeal__kind", "appeal__topic__name_az", "appeal__topic__name_en",
    "appeal__topic__name_ru", "executor__first_name", "executor__last_name", "executor__username",
)  # fmt: skip
OF_STRUCTURE = tuple(
    f"structure__{sort}_{language}" for sort in ("name", "short") for language in ("az", "en", "ru")
)


class ReferralQuerySet(models.QuerySet):
    """Sentences over referrals."""

    def visible_to(
        self, user: User, *, among_many: bool = False, within: Appeal | int | None = None
    ) -> ReferralQuerySet:
        """The sector sees the referrals of the appeals it sees; a structure those sent to it,
        but nobody what complains about them. `among_many`: the same rows, read for counting many.
        `within`: only of this appeal, which was read under the user's rights already."""
        standing = standing_of(user)
        if within is not None:
            readers = (Role.SECTOR_HEAD, Role.AUDITOR, Role.OPERATOR, Role.MANAGEMENT)
            rows = self.filter(appeal=within)
            return rows if standing.has(*readers) else rows.visible_to(user)
        if standing.has(Role.SECTOR_HEAD, Role.AUDITOR):
            return self
        seen = Q()
        if standing.has(Role.OPERATOR, Role.MANAGEMENT):
            seen |= Q(appeal__in=Appeal.objects.visible_to(user))
        if standing.has(Role.STRUCTURE_USER, Role.STRUCTURE_HEAD):
            seen |= of_places(user, among_many=among_many)
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

    def for_list(self, *, of_many: bool = True) -> ReferralQuerySet:
        """One query for a page of rows; nothing of the applicant is read. Where all are of one's own
        structure, no row names it."""
        named = (*LISTED, *OF_STRUCTURE) if of_many else LISTED
        related = ("appeal__topic", "executor", *(["structure"] if of_many else []))
        return self.select_related(*related).only(*named)

"""The rows behind a figure, under the reader's rights: what is counted is what is listed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from appeals.kinds import NoticeState
from appeals.models import Appeal, Notice
from people.models import Role, User
from people.standing import standing_of
from reports.figures.cut import Cut
from reports.figures.registry import Figure, Grain, Moment
from reports.models import AppealFact, OpenFact, ReferralFact
from reports.periods import Period
from routing.querysets import of_places


@dataclass(frozen=True)
class Scope:
    """What a reader sees of the facts: the same answer as `visible_to` gives of the rows."""

    user: User

    @cached_property
    def _standing(self) -> frozenset[str]:
        return standing_of(self.user).roles

    @property
    def sees_all(self) -> bool:
        return bool(self._standing & {Role.SECTOR_HEAD, Role.AUDITOR})

    @property
    def sees_open_ones(self) -> bool:
        """Everything that is not restricted."""
        return self.sees_all or bool(self._standing & {Role.OPERATOR, Role.MANAGEMENT})

    @property
    def sees_own(self) -> bool:
        """Also the restricted ones the reader registered or owns."""
        return not self.sees_all and Role.OPERATOR in self._standing

    def own(self) -> Q:
        """The restricted ones seen besides."""
        return Q(is_restricted=True) & (Q(registrar=self.user) | Q(owner=self.user))

    def appeals(self) -> Q | None:
        """The condition over facts of appeals; None when nothing is seen."""
        if self.sees_all:
            return Q()
        if not self.sees_open_ones:
            return None
        return Q(is_restricted=False) | self.own() if self.sees_own else Q(is_restricted=False)

    def referrals(self) -> Q | None:
        """The condition over facts of referrals; None when nothing is seen."""
        if self.sees_all:
            return Q()
        seen = self.appeals()
        if self._standing & {Role.STRUCTURE_USER, Role.STRUCTURE_HEAD}:
            mine = of_places(self.user)
            seen = mine if seen is None else seen | mine
        return seen


def moment(period: Period | None, now: dt.datetime | None = None) -> Moment:
    """The moment figures are asked at; the day of open appeals is over."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    start = timezone.make_aware(dt.datetime.combine(today, dt.time()))
    end = timezone.make_aware(dt.datetime.combine(today + dt.timedelta(days=1), dt.time()))
    yesterday = today - dt.timedelta(days=1)
    day = min(period.last, yesterday) if period is not None else yesterday
    return Moment(now, start, end, day)


def taken(figure: Figure, period: Period | None, at: Moment) -> QuerySet:
    """What the period takes, before any condition, cut or right."""
    match figure.grain:
        case Grain.LIVE:
            return Appeal.objects.open().order_by()
        case Grain.OPEN:
            still, ended = open_since(at.day)
            return open_until(at.day).filter(still | ended)
        case Grain.NOTICE:
            assert period is not None
            owed = _owed(period)
            return AppealFact.objects.filter(is_merged=False).filter(Exists(owed))
        case Grain.REFERRAL if not figure.clock:
            return ReferralFact.objects.filter(is_open=True)
        case Grain.REFERRAL:
            assert period is not None
            return ReferralFact.objects.filter(_between(figure.clock, period))
    assert period is not None
    return AppealFact.objects.filter(_between(figure.clock, period), is_merged=False)


def open_until(day: dt.date) -> QuerySet:
    """Stretches of open days of appeals that had begun by a day."""
    return OpenFact.objects.filter(referral__isnull=True, first_on__lte=day, is_merged=False)


def open_since(day: dt.date) -> tuple[Q, Q]:
    """Those that last at least to a day: still, or until it or later. Asked apart, an index leads to
    either; asked at once, to neither."""
    return Q(last_on__isnull=True), Q(last_on__gte=day)


def parts(figure: Figure, period: Period | None, at: Moment) -> list[QuerySet]:
    """What the period takes, in parts that share no row."""
    if figure.grain is not Grain.OPEN:
        return [taken(figure, period, at)]
    return [open_until(at.day).filter(part) for part in open_since(at.day)]


def condition(figure: Figure, period: Period | None, at: Moment) -> Q:
    """Which of the taken are counted."""
    if figure.grain is Grain.NOTICE:
        assert period is not None
        late = _owed(period).filter(
            Q(sent_at__gt=F("due_at")) | Q(sent_at__isnull=True, due_at__lt=at.now)
        )
        return ~Q(Exists(late))
    return figure.condition(at)


def seen(figure: Figure, rows: QuerySet, user: User, scope: Scope) -> QuerySet:
    """Under the reader's rights."""
    match figure.grain:
        case Grain.LIVE:
            return rows.visible_to(user)
        case Grain.REFERRAL:
            right = scope.referrals()
        case _:
            right = scope.appeals()
    return rows.none() if right is None else rows.filter(right)


def behind(
    figure: Figure, user: User, period: Period | None, cut: Cut, *, whole: bool = False,
    at: Moment | None = None,
) -> QuerySet:  # fmt: skip
    """The rows a figure counts; with `whole`, those it is a share of."""
    at = at or moment(period)
    rows = seen(figure, taken(figure, period, at), user, Scope(user))
    rows = rows.filter(cut.condition(figure.grain))
    if whole:
        return rows.filter(figure.of if figure.of is not None else Q())
    return rows.filter(condition(figure, period, at))


def _between(clock: str, period: Period) -> Q:
    return Q(**{f"{clock}__gte": period.first, f"{clock}__lte": period.last})


def _owed(period: Period) -> QuerySet:
    return Notice.objects.filter(
        appeal_id=OuterRef("pk"), due_at__gte=period.start, due_at__lt=period.end
    ).exclude(state=NoticeState.VOID)

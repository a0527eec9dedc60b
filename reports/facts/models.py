"""The grains of facts. Nothing here is the truth: `rebuild_facts` makes every row again.

Foreign keys have no constraint in the database: the rows are derived, checked by `check_facts`,
and filled a million at a time.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, Q, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from appeals.models import Appeal, Applicant, Ground, Outcome, Region, Topic
from people.models import Structure
from routing.models import Referral

#: The sequence facts take their `change` from.
CHANGES = "reports_fact_change"


def _change() -> models.BigIntegerField:
    """Grows with every making, so that other programs ask for what is new since. One making runs
    at a time and holds its lock until it commits: no smaller number ever appears after a greater."""
    following = Func(Value(CHANGES), function="nextval", output_field=models.BigIntegerField())
    return models.BigIntegerField(db_default=following, unique=True, editable=False)


def _key(to: type[models.Model] | str, *, null: bool = True) -> models.ForeignKey:
    """A key for grouping and joining: neither constraint nor index of its own."""
    return models.ForeignKey(
        to, models.DO_NOTHING, null=null, db_constraint=False, db_index=False, related_name="+"
    )


#: What an appeal is cut by; a figure under several filters is read from an index alone.
CUT = ("kind", "topic", "region", "channel", "language", "structure")


#: What few appeals have: the name of its index, the day it is looked for by, the condition.
RARE = (
    ("repeated", "registered_on", Q(is_repeat=True)),
    ("returned", "registered_on", Q(returns__gt=0)),
    ("reworked", "registered_on", Q(reworks__gt=0)),
    ("reopened", "registered_on", Q(reopenings__gt=0)),
    ("extended", "registered_on", Q(extensions__gt=0)),
    ("left", "closed_on", Q(status="left")),
    ("rated", "closed_on", Q(rating__isnull=False)),
)


class AppealFact(models.Model):
    """One row per appeal: what it is cut by, its days in Baku, what happened to it."""

    appeal = models.OneToOneField(
        Appeal, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="fact"
    )
    kind = models.CharField(max_length=12)
    topic = _key(Topic, null=False)
    region = _key(Region)
    channel = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    structure = _key(Structure)
    registrar = _key(settings.AUTH_USER_MODEL)
    owner = _key(settings.AUTH_USER_MODEL)
    closer = _key(settings.AUTH_USER_MODEL)
    applicant = _key(Applicant)
    outcome = _key(Outcome)
    ground = _key(Ground)
    status = models.CharField(max_length=12)
    is_restricted = models.BooleanField()
    is_merged = models.BooleanField()
    is_open = models.BooleanField()
    registered_on = models.DateField()
    closed_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    is_first_contact = models.BooleanField()
    #: The same caller came again about the same topic within the days of the rule; told only of
    #: those answered at once.
    came_back = models.BooleanField(null=True)
    is_repeat = models.BooleanField()
    #: Ended after the term; unknown without a term or an end.
    is_late = models.BooleanField(null=True)
    #: From registration to the end, in tenths of a day; unknown while open.
    took = models.IntegerField(null=True)
    referrals = models.PositiveSmallIntegerField(default=0)
    returns = models.PositiveSmallIntegerField(default=0)
    reworks = models.PositiveSmallIntegerField(default=0)
    reopenings = models.PositiveSmallIntegerField(default=0)
    extensions = models.PositiveSmallIntegerField(default=0)
    rating = models.PositiveSmallIntegerField(null=True)
    change = _change()

    class Meta:
        verbose_name = _("fact of an appeal")
        verbose_name_plural = _("facts of appeals")
        indexes = [
            models.Index(
                fields=["registered_on", "appeal"],
                include=[
                    *CUT,
                    "registrar",
                    "owner",
                    "is_restricted",
                    "is_merged",
                    "is_first_contact",
                    "came_back",
                    "is_repeat",
                    "returns",
                    "reworks",
                    "reopenings",
                    "extensions",
                ],
                name="fact_came",
            ),
            models.Index(
                fields=["closed_on", "appeal"],
                include=[
                    *CUT,
                    "registrar",
                    "owner",
                    "closer",
                    "status",
                    "is_restricted",
                    "is_merged",
                    "is_first_contact",
                    "is_late",
                    "due_at",
                    "took",
                    "rating",
                ],
                name="fact_ended",
                condition=Q(closed_on__isnull=False),
            ),
            # Days to the end are measured of the quarter that was not answered at once.
            models.Index(
                fields=["closed_on", "appeal"],
                include=[*CUT, "registrar", "owner", "is_restricted", "is_merged", "took"],
                name="fact_took",
                condition=Q(closed_on__isnull=False, is_first_contact=False),
            ),
            models.Index(
                fields=["closed_on", "appeal"],
                include=[*CUT, "registrar", "owner", "is_restricted", "is_merged"],
                name="fact_late",
                condition=Q(is_late=True),
            ),
            *(
                # What few appeals have is found along an index of those few.
                models.Index(
                    fields=[clock, "appeal"],
                    include=[*CUT, "is_merged"],
                    name=f"fact_{name}",
                    condition=having,
                )
                for name, clock, having in RARE
            ),
            # What an operator sees of the restricted is counted from these few rows.
            models.Index(
                fields=["registered_on"], name="fact_restricted", condition=Q(is_restricted=True)
            ),
        ]


class StepFact(models.Model):
    """One row per stay of an appeal, or of a referral, in a status: how long it dwelt there."""

    appeal = _key(Appeal, null=False)
    referral = _key(Referral)
    sequence = models.PositiveIntegerField()  # of the entry that moved it there
    status = models.CharField(max_length=12)
    action = models.CharField(max_length=60)
    actor = _key(settings.AUTH_USER_MODEL)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    started_on = models.DateField()
    #: Whole seconds; unknown while it stays there.
    dwelt = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("fact of a step")
        verbose_name_plural = _("facts of steps")
        indexes = [
            models.Index(fields=["appeal"], name="step_of_appeal"),
            models.Index(fields=["started_on", "status"], name="step_started"),
        ]


class OpenFact(models.Model):
    """The days at whose end an appeal, or a referral, was open, as a stretch of equal days.

    One row stands for every day from `first_on` to `last_on`; the view `reports_openday` lays
    them out one by one. An appeal that ended on its own day has none.
    """

    appeal = _key(Appeal, null=False)
    referral = _key(Referral)
    first_on = models.DateField()
    last_on = models.DateField(null=True)  # until further notice
    status = models.CharField(max_length=12)
    #: The first day at whose end it was overdue under the term of those days; none while paused.
    overdue_from = models.DateField(null=True)
    #: What the appeal is cut by, as its own fact tells it; nothing for a referral.
    kind = models.CharField(max_length=12, null=True)
    topic = _key(Topic)
    region = _key(Region)
    channel = models.CharField(max_length=10, null=True)
    language = models.CharField(max_length=2, null=True)
    structure = _key(Structure)
    registrar = _key(settings.AUTH_USER_MODEL)
    owner = _key(settings.AUTH_USER_MODEL)
    closer = _key(settings.AUTH_USER_MODEL)
    outcome = _key(Outcome)
    ground = _key(Ground)
    is_restricted = models.BooleanField(null=True)
    is_merged = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("fact of open days")
        verbose_name_plural = _("facts of open days")
        indexes = [
            models.Index(fields=["appeal"], name="open_of_appeal"),
            models.Index(
                fields=["last_on", "first_on"],
                include=[
                    "overdue_from",
                    "appeal",
                    *CUT,
                    "registrar",
                    "owner",
                    "is_restricted",
                    "is_merged",
                ],
                name="open_days_cut",
                condition=Q(referral__isnull=True),
            ),
        ]


#: What a referral is cut by besides its structure, and what decides who may see it.
ASKED = (
    "appeal_kind", "topic", "region", "channel", "language", "is_restricted", "registrar", "owner",
    "complained_user",
)  # fmt: skip


class ReferralFact(models.Model):
    """One row per referral, with what decides who may see it."""

    referral = models.OneToOneField(
        Referral, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="fact"
    )
    appeal = _key(Appeal, null=False)
    kind = models.CharField(max_length=12)
    structure = _key(Structure, null=False)
    status = models.CharField(max_length=12)
    is_open = models.BooleanField()
    sent_on = models.DateField()
    answered_on = models.DateField(null=True)
    finished_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(null=True)
    took = models.IntegerField(null=True)  # from sending to the answer, tenths of a day
    reworks = models.PositiveSmallIntegerField(default=0)
    is_returned = models.BooleanField()
    appeal_kind = models.CharField(max_length=12)
    topic = _key(Topic, null=False)
    region = _key(Region)
    channel = models.CharField(max_length=10)
    language = models.CharField(max_length=2)
    is_restricted = models.BooleanField()
    registrar = _key(settings.AUTH_USER_MODEL)
    owner = _key(settings.AUTH_USER_MODEL)
    complained_user = _key(settings.AUTH_USER_MODEL)
    change = _change()

    class Meta:
        verbose_name = _("fact of a referral")
        verbose_name_plural = _("facts of referrals")
        indexes = [
            models.Index(fields=["appeal"], name="referral_fact_of_appeal"),
            models.Index(
                fields=["sent_on", "structure"],
                include=["referral", *ASKED, "is_open", "reworks"],
                name="referral_came",
            ),
            models.Index(
                fields=["answered_on", "structure"],
                include=["referral", *ASKED, "is_late", "due_at", "took"],
                name="referral_answered",
                condition=Q(answered_on__isnull=False),
            ),
            models.Index(
                fields=["finished_on", "structure"],
                include=["referral", *ASKED],
                name="referral_given_back",
                condition=Q(is_returned=True),
            ),
            models.Index(
                fields=["due_at", "structure"],
                include=["referral", *ASKED],
                name="referral_owed",
                condition=Q(is_open=True),
            ),
        ]


class DayFact(models.Model):
    """Counts of one day by one dimension, so that a page never costs more as the table grows.

    `dimension` is empty for the whole day; `key` is the value of the dimension as text, empty
    when the appeal has none. Restricted appeals are counted apart.
    """

    day = models.DateField()
    dimension = models.CharField(max_length=10, blank=True)
    key = models.CharField(max_length=20, blank=True)
    is_restricted = models.BooleanField()
    received = models.IntegerField(default=0)
    at_once = models.IntegerField(default=0)
    held = models.IntegerField(default=0)  # answered at once and did not come back
    repeats = models.IntegerField(default=0)
    referred = models.IntegerField(default=0)
    ended = models.IntegerField(default=0)
    set_aside = models.IntegerField(default=0)  # left without consideration
    timed = models.IntegerField(default=0)
    late = models.IntegerField(default=0)
    extended = models.IntegerField(default=0)
    returned = models.IntegerField(default=0)
    reworked = models.IntegerField(default=0)
    reopened = models.IntegerField(default=0)
    rated = models.IntegerField(default=0)
    rating = models.IntegerField(default=0)  # sum of the ratings
    #: What the day adds to the appeals open, and overdue, at its end.
    opened = models.IntegerField(default=0)
    fell_due = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("counts of a day")
        verbose_name_plural = _("counts of days")
        constraints = [
            # Sums over a year read the index alone, not twenty thousand rows.
            models.UniqueConstraint(
                fields=["dimension", "day", "key", "is_restricted"],
                include=[
                    "received",
                    "at_once",
                    "held",
                    "repeats",
                    "referred",
                    "ended",
                    "set_aside",
                    "timed",
                    "late",
                    "extended",
                    "returned",
                    "reworked",
                    "reopened",
                    "rated",
                    "rating",
                    "opened",
                    "fell_due",
                ],
                name="day_fact_counted",
            )
        ]


class Bits(models.Field):
    """A string of bits, one an appeal of the month; written and read in SQL alone."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "bit varying"


class MonthMark(models.Model):
    """Which appeals of a month have a value: one bit an appeal, in the order of their keys.

    A figure under several filters is the number of bits that are set in all of theirs: a year of
    any cut costs some hundred rows, however many appeals there are. `clock` says whose month it
    is, of registration or of the end. `dimension` is empty for all appeals of the month, a
    dimension of the facts, "day", "seen" for those that are not restricted, or "is" for what is
    counted, named as in the counts of a day. Values nobody has take no row. A month with one old
    fact has no rows at all until it is marked again: its appeals are counted one by one.
    """

    clock = models.CharField(max_length=5)
    dimension = models.CharField(max_length=10, blank=True)
    month = models.DateField()  # its first day
    key = models.CharField(max_length=20, blank=True)
    bits = Bits()

    class Meta:
        verbose_name = _("marks of a month")
        verbose_name_plural = _("marks of months")
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "dimension", "month", "key"], name="month_marked_once"
            )
        ]


class StaleAppeal(models.Model):
    """An appeal whose facts are to be made again; a trigger on the journal writes it with each
    entry, in the entry's own transaction, so that no order of commits can skip one."""

    appeal_id = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("appeal with old facts")
        verbose_name_plural = _("appeals with old facts")


class FactsState(models.Model):
    """One row: which making of the facts this is, and until when they are told."""

    version = models.BigIntegerField(default=0)
    filled_at = models.DateTimeField(null=True)
    rebuilt_at = models.DateTimeField(null=True)
    #: Since when everything is being made again; the days are not whole until it has ended.
    rebuilding_since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("state of the facts")
        verbose_name_plural = _("state of the facts")


class Rise(models.Model):
    """An unusual rise of one kind and topic on one day, found by `reports.facts.rises`."""

    day = models.DateField()
    kind = models.CharField(max_length=12)
    topic = _key(Topic, null=False)
    count = models.PositiveIntegerField()
    usual = models.DecimalField(max_digits=9, decimal_places=2)
    found_at = models.DateTimeField()

    class Meta:
        verbose_name = _("unusual rise")
        verbose_name_plural = _("unusual rises")
        constraints = [models.UniqueConstraint(fields=["day", "kind", "topic"], name="rise_once")]

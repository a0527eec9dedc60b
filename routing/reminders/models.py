"""The ladder of reminders, the reminders it gave, whom they went to, and those nobody could get."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from routing.kinds import ReferralKind

#: What a ladder may be for: the kinds of referrals, and the appeal's own term.
OWN_TERM = "appeal"
LADDERS = [*ReferralKind.choices, (OWN_TERM, _("The appeal's own term"))]


class Target(models.TextChoices):
    """Whom a step of the ladder reminds."""

    EXECUTOR = "executor", _("Executor")
    STRUCTURE_HEAD = "structure_head", _("Structure head")
    SECTOR_HEAD = "sector_head", _("Sector head")
    MANAGEMENT = "management", _("Management")


class Channel(models.TextChoices):
    """How a reminder reaches a person."""

    SCREEN = "screen", _("On the screen")
    EMAIL = "email", _("By e-mail")


class SendState(models.TextChoices):
    """Where one reminder to one person stands."""

    OWED = "owed", _("Owed")
    SENT = "sent", _("Sent")
    WITHDRAWN = "withdrawn", _("Withdrawn before it was sent")
    FAILED = "failed", _("Not delivered")


def share_words(percent: int, days_after: int) -> str:
    """What a step of the ladder says has happened to the term."""
    if days_after:
        return ngettext(
            "%(days)d working day after the term", "%(days)d working days after the term",
            days_after,
        ) % {"days": days_after}  # fmt: skip
    if percent == 100:
        return gettext("the term is over")
    return gettext("%(percent)d %% of the term has passed") % {"percent": percent}


class LadderStep(models.Model):
    """One step: when so much of a term has passed, these people are reminded in these ways."""

    kind = models.CharField(_("for"), max_length=12, choices=LADDERS)
    percent = models.PositiveSmallIntegerField(
        _("part of the term, %"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    days_after = models.PositiveSmallIntegerField(
        _("working days after it"), default=0, validators=[MaxValueValidator(60)]
    )
    target = models.CharField(_("whom"), max_length=16, choices=Target)
    by_screen = models.BooleanField(_("on the screen"), default=True)
    by_email = models.BooleanField(_("by e-mail"), default=True)
    is_active = models.BooleanField(_("in force"), default=True)
    # Moments before this are not made good: a step added later reminds of nothing past.
    since = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("step of the ladder")
        verbose_name_plural = _("steps of the ladder")
        ordering = ["kind", "percent", "days_after", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "percent", "days_after", "target"], name="ladder_step_once"
            ),
            models.CheckConstraint(
                name="ladder_step_sound",
                condition=Q(percent__gte=1, percent__lte=100)
                & (Q(days_after=0) | Q(percent=100, days_after__lte=60)),
            ),
            models.CheckConstraint(
                name="ladder_step_has_a_way", condition=Q(by_screen=True) | Q(by_email=True)
            ),
        ]

    @property
    def words(self) -> str:
        return share_words(self.percent, self.days_after)

    def __str__(self) -> str:
        return f"{self.kind} {self.percent} % + {self.days_after} → {self.target}"


class Reminder(models.Model):
    """One step of the ladder reached by one clock, once. `term` tells terms of one clock apart: the
    extensions granted for a step within the term, the due moment for those at its end and later."""

    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="+", db_index=False)
    referral = models.ForeignKey(
        "routing.Referral", models.PROTECT, null=True, related_name="reminders"
    )
    clock = models.ForeignKey("appeals.Clock", models.PROTECT, related_name="+", db_index=False)
    percent = models.PositiveSmallIntegerField()
    days_after = models.PositiveSmallIntegerField(default=0)
    target = models.CharField(max_length=16, choices=Target)
    term = models.CharField(max_length=20)
    by_screen = models.BooleanField(default=True)
    by_email = models.BooleanField(default=True)
    due_at = models.DateTimeField()  # the end of the term, as it was then
    remind_at = models.DateTimeField()  # when the step was reached
    made_at = models.DateTimeField(default=timezone.now)
    reached_at = models.DateTimeField(
        null=True
    )  # when somebody to remind was found; none yet: null
    withdrawn_at = models.DateTimeField(null=True)  # the term moved or ended before it was sent

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "percent", "days_after", "target", "term"],
                name="reminder_once",
            )
        ]
        indexes = [
            models.Index(fields=["appeal", "id"], name="reminders_of_appeal"),
            models.Index(
                fields=["id"],
                name="reminder_unreached",
                condition=Q(reached_at__isnull=True, withdrawn_at__isnull=True),
            ),
        ]

    @property
    def why(self) -> str:
        return share_words(self.percent, self.days_after)

    def __str__(self) -> str:
        return f"{self.appeal_id} {self.percent} % + {self.days_after} → {self.target}"


class ReminderMail(models.Model):
    """One e-mail to one person with everything owed to them at that time."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=SendState, default=SendState.OWED)
    made_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = _("e-mail of reminders")
        verbose_name_plural = _("e-mails of reminders")
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="reminder_mail_due",
                condition=Q(state="owed"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.state}"


class ReminderTo(models.Model):
    """One reminder to one person in one way: who, when, by what; why is the reminder's own."""

    # Their indexes are those below: hundreds of thousands of rows may be made at once.
    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="sent_to", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    in_place_of = models.ForeignKey(  # the person replaced on that day
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=6, choices=Channel)
    state = models.CharField(max_length=10, choices=SendState, default=SendState.OWED)
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    mail = models.ForeignKey(
        ReminderMail, models.PROTECT, null=True, related_name="rows", db_index=False
    )

    class Meta:
        verbose_name = _("reminder to a person")
        verbose_name_plural = _("reminders to people")
        constraints = [
            models.UniqueConstraint(fields=["reminder", "user", "channel"], name="reminder_to_once")
        ]
        indexes = [
            models.Index(
                fields=["channel", "user", "id"],
                name="reminders_owed",
                condition=Q(state="owed"),
            ),
            models.Index(fields=["user", "-id"], name="reminders_of_person"),
            models.Index(
                fields=["mail"], name="reminders_of_mail", condition=Q(mail__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reminder_id} → {self.user_id} ({self.channel})"


class ReminderAlarm(models.Model):
    """A reminder nobody could get. It stands on the head's page until somebody is found, the matter
    ends, or the head deals with it."""

    class End(models.TextChoices):
        FOUND = "found", _("Somebody to remind was found")
        ENDED = "ended", _("The matter ended or its term moved")
        HANDLED = "handled", _("Dealt with")

    reminder = models.OneToOneField(Reminder, models.CASCADE, related_name="alarm")
    raised_at = models.DateTimeField(default=timezone.now)
    end = models.CharField(max_length=8, choices=End, blank=True)
    ended_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    note = models.CharField(_("what was done"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        indexes = [
            models.Index(fields=["-raised_at", "-id"], name="alarms_all"),
            models.Index(fields=["-raised_at", "-id"], name="alarms_open", condition=Q(end="")),
        ]

    def __str__(self) -> str:
        return f"{self.reminder_id} {self.end or 'open'}"


#: Steps every kind begins with; editable afterwards. (percent, working days after, target)
DEFAULT_STEPS: tuple[tuple[int, int, str], ...] = (
    (50, 0, Target.EXECUTOR),
    (80, 0, Target.STRUCTURE_HEAD),
    (100, 0, Target.SECTOR_HEAD),
    (100, 1, Target.MANAGEMENT),
)
#: What is sent for information asks only to be read; outside and own terms have no structure head.
OTHER_STEPS: dict[str, tuple[tuple[int, int, str], ...]] = {
    ReferralKind.INFORMATION: ((100, 0, Target.EXECUTOR),),
    ReferralKind.OUTSIDE: (
        (50, 0, Target.EXECUTOR), (80, 0, Target.SECTOR_HEAD), (100, 0, Target.SECTOR_HEAD),
        (100, 1, Target.MANAGEMENT),
    ),
    OWN_TERM: (
        (50, 0, Target.EXECUTOR), (80, 0, Target.EXECUTOR), (100, 0, Target.SECTOR_HEAD),
        (100, 1, Target.MANAGEMENT),
    ),
}  # fmt: skip


def default_steps() -> list[dict[str, Any]]:
    """The ladder as it is delivered."""
    return [
        {"kind": kind, "percent": percent, "days_after": days, "target": target}
        for kind, _label in LADDERS
        for percent, days, target in OTHER_STEPS.get(kind, DEFAULT_STEPS)
    ]

"""Terms: the rule a clock follows, the clock, its segments and its extensions."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from appeals.kinds import InquirySort, Kind
from people.models.legal import Certainty
from people.models.structure import localized
from people.models.user import DatedQuerySet


class TermRule(models.Model):
    """How long the law gives, for one kind and step (law.md, section 10)."""

    class Step(models.TextChoices):
        ANSWER = "answer", _("Answer")
        FORWARD = "forward", _("Forward outside")
        DEFECTS = "defects_notice", _("Notice of defects")
        LEFT = "left_notice", _("Notice of leaving without consideration")
        ACKNOWLEDGE = "acknowledge", _("Acknowledge")
        CALLBACK = "callback", _("Callback")

    class Unit(models.TextChoices):
        WORKING_DAYS = "working_days", _("working days")
        HOURS = "hours", _("hours")
        WORKING_DAY_HOURS = "working_day_hours", _("hours without non-working days")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, blank=True)
    inquiry_sort = models.CharField(max_length=12, choices=InquirySort, blank=True, default="")
    needs_study = models.BooleanField(_("needs extra study"), default=False)
    step = models.CharField(_("step"), max_length=16, choices=Step)
    quantity = models.PositiveSmallIntegerField(_("quantity"))
    unit = models.CharField(_("unit"), max_length=20, choices=Unit)
    extension_quantity = models.PositiveSmallIntegerField(_("extension"), default=0)
    max_extensions = models.PositiveSmallIntegerField(_("how many extensions"), default=0)
    source = models.CharField(_("legal source"), max_length=250)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty)
    note_az = models.TextField(_("note (az)"), blank=True)
    note_en = models.TextField(_("note (en)"), blank=True)
    note_ru = models.TextField(_("note (ru)"), blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("term rule")
        verbose_name_plural = _("term rules")
        ordering = ["kind", "step", "code"]

    @property
    def note(self) -> str:
        return localized(self, "note")

    @property
    def amount(self) -> str:
        return amount_of(self.quantity, self.unit)

    def __str__(self) -> str:
        return f"{self.code}: {self.amount}"


def amount_of(quantity: int, unit: str) -> str:
    """A term as people say it: "15 working days", "24 hours"; nothing is the same day."""
    if quantity == 0:
        return gettext("the same day")
    words = {
        TermRule.Unit.WORKING_DAYS: ngettext("working day", "working days", quantity),
        TermRule.Unit.HOURS: ngettext("hour", "hours", quantity),
        TermRule.Unit.WORKING_DAY_HOURS: ngettext(
            "hour without days off", "hours without days off", quantity
        ),
    }
    return f"{quantity} {words[TermRule.Unit(unit)]}"


class Clock(models.Model):
    """A term that runs. `due_at` is stored and can be computed again from the segments."""

    class Use(models.TextChoices):
        APPEAL = "appeal", _("Answer to the applicant")
        REFERRAL = "referral", _("Answer of the structure")
        STEP = "step", _("Step")

    appeal = models.ForeignKey("appeals.Appeal", models.CASCADE, related_name="clocks")
    use = models.CharField(max_length=8, choices=Use)
    rule = models.ForeignKey(TermRule, models.PROTECT, null=True, blank=True)
    basis = models.CharField(_("basis"), max_length=250)  # the rule or order in words
    quantity = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=20, choices=TermRule.Unit)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        indexes = [
            models.Index(
                fields=["due_at"], name="clock_running", condition=Q(stopped_at__isnull=True)
            )
        ]

    @property
    def amount(self) -> str:
        return amount_of(self.quantity, self.unit)


class ClockSegment(models.Model):
    """A stretch in which a clock ran or stood, and why."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="segments")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    is_running = models.BooleanField()
    reason = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("clock segment")
        verbose_name_plural = _("clock segments")
        ordering = ["started_at", "id"]


class Extension(models.Model):
    """A longer term: asked by one, decided by another, told to the applicant (law 10.2)."""

    class State(models.TextChoices):
        ASKED = "asked", _("Asked")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="extensions")
    quantity = models.PositiveSmallIntegerField(_("working days"))
    reason = models.TextField(_("reason"))
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decision_note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], name="one_extension_asked", condition=Q(state="asked")
            )
        ]

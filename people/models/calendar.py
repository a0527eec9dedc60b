"""The working calendar as an administrator keeps it: a row only where a day differs."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models.structure import localized


class DayKind(models.TextChoices):
    """What a day is, when it is not what its weekday says."""

    HOLIDAY = "holiday", _("Holiday")
    MOVED = "moved", _("Day off moved here")
    REST = "rest", _("Rest day")
    WORKING = "working", _("Working day (moved)")
    SHORT = "short", _("Short working day")


class CalendarDay(models.Model):
    """One day that differs from its weekday, and the act it rests on (Labour Code 105-108)."""

    date = models.DateField(_("date"), unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=DayKind)
    name_az = models.CharField(_("name (az)"), max_length=120)
    name_en = models.CharField(_("name (en)"), max_length=120, blank=True)
    name_ru = models.CharField(_("name (ru)"), max_length=120, blank=True)
    act = models.CharField(_("legal act"), max_length=250)
    act_on = models.DateField(_("date of the act"), null=True, blank=True)
    is_estimated = models.BooleanField(_("estimated"), default=False)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]

    @property
    def name(self) -> str:
        return localized(self, "name")

    def __str__(self) -> str:
        return f"{self.date:%d.%m.%Y} {self.name_az}"


class CalendarVersion(models.Model):
    """One row; grows by one with every change, so that a process knows its copy is old."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")


class CalendarChange(models.Model):
    """Days changed together by one act: drafted, looked at with its effect, then applied once."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPLIED = "applied", _("Applied")
        DROPPED = "dropped", _("Dropped")

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    act = models.CharField(_("legal act"), max_length=220)
    act_on = models.DateField(_("date of the act"))
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    applied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("calendar change")
        verbose_name_plural = _("calendar changes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.act}, {self.act_on:%d.%m.%Y}"


class CalendarChangeDay(models.Model):
    """What one day becomes; an empty kind makes it what its weekday says."""

    change = models.ForeignKey(CalendarChange, models.CASCADE, related_name="days")
    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=8, choices=DayKind, blank=True)
    name_az = models.CharField(_("name (az)"), max_length=120, blank=True)
    name_en = models.CharField(_("name (en)"), max_length=120, blank=True)
    name_ru = models.CharField(_("name (ru)"), max_length=120, blank=True)
    is_estimated = models.BooleanField(_("estimated"), default=False)
    before = models.CharField(max_length=160, blank=True)  # when applied: code of the kind, name

    class Meta:
        verbose_name = _("changed day")
        verbose_name_plural = _("changed days")
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["change", "date"], name="changed_day_once")]

    @property
    def name(self) -> str:
        return localized(self, "name")

    @property
    def before_words(self) -> str:
        """What the day was until the change, in the reader's language."""
        kind, _gap, name = self.before.partition(" ")
        known = dict(DayKind.choices)
        return f"{known[kind]} · {name}" if kind in known else self.before

    def __str__(self) -> str:
        return f"{self.date:%d.%m.%Y} {self.kind or '—'}"

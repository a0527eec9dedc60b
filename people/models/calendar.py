"""The working calendar as an administrator keeps it: a row only where a day differs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
    is_estimated = models.BooleanField(_("estimated"), default=False)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%d.%m.%Y} {self.name_az}"


class CalendarVersion(models.Model):
    """One row; grows by one with every change, so that a process knows its copy is old."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")

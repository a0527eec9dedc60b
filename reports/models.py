"""Built reports: kept as they were built, never silently changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReportRun(models.Model):
    """One building of one report; the document is kept as JSON with its digest."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting")
        BUILDING = "building", _("Being built")
        BUILT = "built", _("Built")
        FAILED = "failed", _("Failed")

    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    language = models.CharField(max_length=2, default="az")
    is_periodic = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    progress = models.PositiveSmallIntegerField(default=0)  # per cent
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    built_at = models.DateTimeField(null=True)
    document = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-id"]
        constraints = [
            # Two beats at once build one report.
            models.UniqueConstraint(
                fields=["first", "last", "language"],
                name="periodic_report_once",
                condition=Q(is_periodic=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.first:%d.%m.%Y}–{self.last:%d.%m.%Y}"

"""Rows of appeals as a file, made in the background, handed out until a day."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ExportState(models.TextChoices):
    """Where an export stands."""

    ASKED = "asked", _("Waiting")
    BUILDING = "building", _("Being written")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Not written")
    EXPIRED = "expired", _("Expired")


class ExportQuerySet(models.QuerySet):
    """An export is its asker's alone: it was cut by that person's rights."""

    def visible_to(self, user: object) -> ExportQuerySet:
        return self.filter(asked_by=user)


class Export(models.Model):
    """Written only by the verbs in `reports.actions`."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    format = models.CharField(_("format"), max_length=4, choices=[("xlsx", "XLSX"), ("csv", "CSV")])
    language = models.CharField(max_length=2, default="az")
    query = models.JSONField(default=dict)  # the filters, as parameters of the list of appeals
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=ExportState, default=ExportState.ASKED)
    failure = models.CharField(max_length=250, blank=True)
    claim = models.UUIDField(null=True)
    beat_at = models.DateTimeField(null=True)
    rows_total = models.PositiveIntegerField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=200, blank=True)  # in the storage of files
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="export_mine"),
            models.Index(
                fields=["id"],
                name="export_unready",
                condition=Q(state__in=["asked", "building"]),
            ),
            models.Index(fields=["expires_at"], name="export_expiring", condition=Q(state="ready")),
        ]

    @property
    def progress(self) -> int:
        """Per cent of the rows written."""
        return min(99, 100 * self.rows_done // self.rows_total) if self.rows_total else 0

    @property
    def file_name(self) -> str:
        return f"muracietler-{timezone.localtime(self.asked_at):%Y-%m-%d-%H%M}.{self.format}"

    def get_absolute_url(self) -> str:
        return reverse("export", args=[self.client_id])

    def __str__(self) -> str:
        return f"{self.asked_at:%d.%m.%Y %H:%M} · {self.format}"

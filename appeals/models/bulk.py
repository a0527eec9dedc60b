"""One step for many appeals: looked at first, then taken one by one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BulkState(models.TextChoices):
    """Where a run stands."""

    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Waiting for your word")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")


class LineState(models.TextChoices):
    """What became of one appeal of a run."""

    NEW = "new", _("Not checked yet")
    READY = "ready", _("Will be done")
    REFUSED = "refused", _("Not possible")
    DONE = "done", _("Done")
    STALE = "stale", _("Changed meanwhile")


class BulkRun(models.Model):
    """Written only by `appeals.actions.bulk`; seen only by whoever asked for it."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    verb = models.CharField(max_length=20)
    values = models.JSONField(default=dict)  # what the form said: keys and texts
    language = models.CharField(max_length=2, default="az")
    back = models.CharField(max_length=2000, blank=True)  # the list it was asked from
    state = models.CharField(max_length=10, choices=BulkState, default=BulkState.CHECKING)
    total = models.PositiveIntegerField(default=0)
    is_cut = models.BooleanField(default=False)  # the list was longer than the setting allows
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("step for many appeals")
        verbose_name_plural = _("steps for many appeals")
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="bulk_unfinished",
                condition=Q(state__in=[BulkState.CHECKING, BulkState.RUNNING]),
            ),
            models.Index(fields=["by", "-asked_at"], name="bulk_of_user"),
            models.Index(fields=["asked_at"], name="bulk_age"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("bulk-run", args=[self.client_id])


class BulkLine(models.Model):
    """One appeal of a run: the version that was looked at, and what was said about it."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="lines")
    appeal = models.ForeignKey("appeals.Appeal", models.CASCADE, related_name="+")
    place = models.PositiveIntegerField()
    version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=LineState, default=LineState.NEW)
    code = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("appeal of a step for many")
        verbose_name_plural = _("appeals of a step for many")
        constraints = [
            models.UniqueConstraint(fields=["run", "appeal"], name="bulk_line_once"),
            models.UniqueConstraint(fields=["run", "place"], name="bulk_line_order"),
        ]

"""To whom a report was presented, whether the e-mail left, and when it was read."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """Where the e-mail stands; the application shows the report whatever becomes of it."""

    OWED = "owed", _("To be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not delivered")
    NO_ADDRESS = "no_address", _("No e-mail address: shown in the application only")


class ReportDelivery(models.Model):
    """One recipient of one report. `client_id` makes the message's identity, the same at each try."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey("reports.ReportRun", models.PROTECT, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, default="az")
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.OWED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=250, blank=True)
    presented_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery of a report")
        verbose_name_plural = _("deliveries of reports")
        constraints = [
            models.UniqueConstraint(fields=["run", "user"], name="report_presented_once")
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="report_mail_due",
                condition=Q(state__in=["owed", "sending"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.run_id} → {self.user_id}"

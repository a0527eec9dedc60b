"""What a person should know: something was given, answered, returned or written to them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Alert(models.Model):
    """Holds a code and small values, never a person's data: the words are made when shown.

    Unread alerts of one kind about one thing are one row with a count.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=60)  # "appeal.given", "referral.returned"
    about = models.CharField(
        max_length=60, blank=True
    )  # "appeal:12": who may not see it, is not told
    values = models.JSONField(default=dict)
    url = models.CharField(max_length=250, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    count = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "about"],
                name="alert_grouped",
                condition=models.Q(read_at__isnull=True) & ~models.Q(about=""),
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="alert_list"),
            models.Index(
                fields=["user", "-at", "-id"],
                name="alert_unread",
                condition=models.Q(read_at__isnull=True),
            ),
            models.Index(fields=["at"], name="alert_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"

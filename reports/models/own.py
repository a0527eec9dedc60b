"""A report a person has put together: measures, dimensions, filters, a chart."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from people.models import User


class Mailed(models.TextChoices):
    """How often it is sent; on the first working day of its turn."""

    NEVER = "", _("Not sent")
    DAILY = "daily", _("Every working day")
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")


class OwnReportQuerySet(models.QuerySet):
    """Reading own reports."""

    def visible_to(self, user: User) -> OwnReportQuerySet:
        """One's own and the shared ones. Figures are always computed under the reader's rights."""
        return self.filter(Q(owner=user) | Q(is_shared=True))


class OwnReport(models.Model):
    """Written only by the verbs in `reports.actions`; `question` is read by `reports.own`."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    question = models.JSONField(default=dict)
    is_shared = models.BooleanField(_("shared with colleagues"), default=False)
    mailed = models.CharField(_("sent by e-mail"), max_length=8, choices=Mailed, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = OwnReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("own report")
        verbose_name_plural = _("own reports")
        indexes = [
            models.Index(fields=["owner", "-id"], name="own_report_mine"),
            models.Index(fields=["-id"], name="own_report_shared", condition=Q(is_shared=True)),
            models.Index(fields=["mailed"], name="own_report_mailed", condition=~Q(mailed="")),
        ]

    def get_absolute_url(self) -> str:
        return reverse("own-report", args=[self.pk])

    def __str__(self) -> str:
        return self.name


class OwnMail(models.Model):
    """One sending of an own report on its day: once, whoever asks."""

    report = models.ForeignKey(OwnReport, models.CASCADE, related_name="mails")
    day = models.DateField()
    state = models.CharField(
        max_length=10, default="owed"
    )  # owed, sending, sent, failed, no_address
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = _("e-mail of an own report")
        verbose_name_plural = _("e-mails of own reports")
        constraints = [models.UniqueConstraint(fields=["report", "day"], name="own_mail_once")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="own_mail_due",
                condition=Q(state__in=["owed", "sending"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.day}"

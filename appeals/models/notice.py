"""What is owed to the applicant: a row per notice, with its text and delivery."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.kinds import Language, NoticeChannel, NoticeReason, NoticeState


class NoticeTemplate(models.Model):
    """The wording of a notice by reason and channel, in the applicant's language."""

    reason = models.CharField(_("reason"), max_length=30, choices=NoticeReason)
    channel = models.CharField(_("channel"), max_length=8, choices=NoticeChannel)
    subject_az = models.CharField(max_length=200, blank=True)
    subject_en = models.CharField(max_length=200, blank=True)
    subject_ru = models.CharField(max_length=200, blank=True)
    text_az = models.TextField()
    text_en = models.TextField(blank=True)
    text_ru = models.TextField(blank=True)

    class Meta:
        verbose_name = _("notice template")
        verbose_name_plural = _("notice templates")
        constraints = [
            models.UniqueConstraint(fields=["reason", "channel"], name="notice_template_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} · {self.get_channel_display()}"


class Notice(models.Model):
    """One message to the applicant. `client_id` is the gateway's idempotency key."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="notices")
    entry = models.ForeignKey("appeals.Entry", models.PROTECT, related_name="notices")
    reason = models.CharField(max_length=30, choices=NoticeReason)
    channel = models.CharField(max_length=8, choices=NoticeChannel)
    language = models.CharField(max_length=2, choices=Language)
    contact = models.ForeignKey(
        "appeals.Contact", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recipient = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.OWED)
    owed_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=250, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    gateway_ref = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["entry", "reason", "channel"], name="notice_owed_once")
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="notice_to_send",
                condition=Q(state__in=["owed", "sending"]),
            )
        ]

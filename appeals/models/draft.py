"""Unfinished typing, kept on the server so that it can go on at any machine."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Draft(models.Model):
    """What somebody has typed and not yet submitted; `client_id` becomes the appeal's."""

    client_id = models.UUIDField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=40)  # "intake", "answer", "note", "referral_answer"
    about = models.CharField(max_length=60, blank=True)  # the appeal's or referral's id
    values = models.JSONField(default=dict)
    sequence = models.PositiveBigIntegerField(default=0)  # the later keystroke wins
    saved_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at"]
        indexes = [
            models.Index(fields=["user", "-saved_at"], name="draft_of_user"),
            models.Index(fields=["about"], name="draft_about", condition=~Q(about="")),
            models.Index(fields=["saved_at"], name="draft_by_age"),
        ]

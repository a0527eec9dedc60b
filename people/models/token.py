"""Keys of other programs: scoped tokens, the answers kept for repeated requests, and allowances."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ApiToken(models.Model):
    """Acts as its owner and never beyond the scopes; bound to a structure, only in its place.

    The secret is shown once and kept as a digest; `prefix` is the part people may read.
    """

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("what for"), max_length=120)
    prefix = models.CharField(_("begins with"), max_length=12, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("scopes"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="api_tokens",
        verbose_name=_("acts as"),
    )
    structure = models.ForeignKey(
        "people.Structure", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("only for the structure"),
    )  # fmt: skip
    per_minute = models.PositiveIntegerField(_("requests a minute"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    last_used_from = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="token_expires_after_made", condition=Q(expires_at__gt=F("made_at"))
            )
        ]

    def holds(self, at: dt.datetime) -> bool:
        """True while the token opens anything."""
        return self.revoked_at is None and self.expires_at > at and self.user.is_active

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class ApiAnswer(models.Model):
    """What a request with an Idempotency-Key was answered; the same request again gets it again."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)  # of method, address and body
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("kept answer of the API")
        verbose_name_plural = _("kept answers of the API")
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="answer_once")]
        indexes = [models.Index(fields=["at"], name="answers_to_sweep")]


class Allowance(models.Model):
    """How often something was done in the present window; the key is a digest of who and what."""

    key = models.CharField(max_length=64, primary_key=True)
    starts_at = models.BigIntegerField()  # seconds since 1970, start of the window
    spent = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("allowance")
        verbose_name_plural = _("allowances")

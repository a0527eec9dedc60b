"""The journal: append-only, hash-chained per appeal; audit, timeline, outbox, source of facts."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One step. A database trigger refuses UPDATE, DELETE and TRUNCATE."""

    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField(_("when"))  # when it happened; an import keeps the past
    written_at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=200)
    acting_for_name = models.CharField(max_length=400, blank=True)
    kind = models.CharField(max_length=60)  # "close", "referral.accept"
    referral_ref = models.BigIntegerField(null=True)
    note = models.TextField(blank=True)
    changes = models.JSONField(default=dict)  # {"status": ["registered", "considered"]}
    personal_digest = models.CharField(max_length=64, blank=True)
    is_imported = models.BooleanField(default=False)
    is_internal = models.BooleanField(default=False)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        constraints = [
            models.UniqueConstraint(fields=["appeal", "sequence"], name="entry_order"),
        ]
        indexes = [
            models.Index(fields=["written_at", "id"], name="entry_written"),
            models.Index(
                fields=["referral_ref", "id"],
                name="entry_of_referral",
                condition=models.Q(referral_ref__isnull=False),
            ),
        ]


class Note(models.Model):
    """An internal note. Its text may name people, so the journal keeps only its digest."""

    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="notes")
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="internal_note")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")

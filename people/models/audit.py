"""What happened beside the appeals' own journal: looks, downloads, refusals, settings, tokens."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Append-only (a database trigger refuses change). Holds ids and codes, no personal data."""

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=200)
    acting_for_name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=60)  # look.applicant, download.attachment, setting.changed
    object_kind = models.CharField(max_length=40, blank=True)
    object_ref = models.CharField(max_length=60, blank=True)
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_ref", "object_kind", "-id"], name="audit_by_object"),
            models.Index(fields=["actor", "-at", "-id"], name="audit_by_actor"),
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["kind", "-id"], name="audit_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%d.%m.%Y %H:%M:%S} {self.actor_name} {self.kind} {self.object_ref}"

"""Files of an appeal: kept privately, known by their digest."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.filetypes import SHOWN
from appeals.querysets import AttachmentQuerySet


def private_path(attachment: Attachment, name: str) -> str:
    """Where the file lies: never under a name the sender chose."""
    return f"attachments/{attachment.at:%Y/%m/%d}/{attachment.client_id}"


class Attachment(models.Model):
    """A file. Until an appeal is registered it belongs to the draft of the person typing."""

    class Origin(models.TextChoices):
        APPLICANT = "applicant", _("From the applicant")
        SECTOR = "sector", _("From the sector")
        STRUCTURE = "structure", _("From a structure")

    class Scan(models.TextChoices):
        NOT_SCANNED = "not_scanned", _("Not scanned")
        CLEAN = "clean", _("Clean")
        INFECTED = "infected", _("Infected")
        FAILED = "failed", _("The scan failed")

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appeal = models.ForeignKey(
        "appeals.Appeal", models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    draft_id = models.UUIDField(null=True, blank=True)  # client id of the form being filled in
    referral_ref = models.BigIntegerField(null=True, blank=True)  # a structure's answer
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.APPLICANT)
    file = models.FileField(upload_to=private_path, max_length=200)
    name = models.CharField(_("name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size, bytes"))
    content_type = models.CharField(_("type"), max_length=100)
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=12, choices=Scan, default=Scan.NOT_SCANNED)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["draft_id"], name="attachment_of_draft", condition=Q(appeal__isnull=True)
            ),
            models.Index(fields=["at"], name="attachment_unsent", condition=Q(appeal__isnull=True)),
            models.Index(fields=["id"], name="attachment_unscanned", condition=Q(scan="failed")),
            models.Index(
                fields=["referral_ref"],
                name="attachment_of_referral",
                condition=Q(referral_ref__isnull=False),
            ),
        ]

    @property
    def is_shown(self) -> bool:
        """May be looked at inside a page."""
        return self.content_type in SHOWN

    @property
    def is_held(self) -> bool:
        """Not handed out: the scanner has not answered yet, or found something."""
        return self.scan in (self.Scan.FAILED, self.Scan.INFECTED)

    def __str__(self) -> str:
        return self.name

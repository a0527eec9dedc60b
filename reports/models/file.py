"""A report as a file: the bytes themselves, so that what was signed can never be drawn anew."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReportFile(models.Model):
    """The file of one format of one document; final ones are protected by a database trigger."""

    run = models.ForeignKey("reports.ReportRun", models.PROTECT, related_name="files")
    format = models.CharField(max_length=4)  # pdf, docx, xlsx
    digest = models.CharField(max_length=64)  # of the document it shows
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    is_final = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")
        constraints = [
            models.UniqueConstraint(fields=["run", "format", "digest"], name="report_file_once")
        ]

    def __str__(self) -> str:
        return f"{self.run_id}.{self.format}"

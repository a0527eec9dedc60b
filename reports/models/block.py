"""What a report of a sort is made of, in the order an administrator chose."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from reports.periods import Sort


class ReportBlock(models.Model):
    """One block of one sort of report; while a sort has no rows the order of the code holds."""

    sort = models.CharField(_("sort"), max_length=10, choices=Sort)
    code = models.CharField(_("block"), max_length=30)
    position = models.PositiveSmallIntegerField(_("position"))
    is_shown = models.BooleanField(_("shown"), default=True)

    class Meta:
        verbose_name = _("block of a report")
        verbose_name_plural = _("blocks of reports")
        ordering = ["sort", "position"]
        constraints = [models.UniqueConstraint(fields=["sort", "code"], name="report_block_once")]

    def __str__(self) -> str:
        return f"{self.sort} · {self.code}"

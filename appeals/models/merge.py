"""One appeal put into another, with everything that moved, so that it can go back exactly."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AppealMerge(models.Model):
    """`moved` holds ids and codes: the status and the open segment of the clock the source had,
    and which files, links and drafts went over."""

    source = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="merges_out")
    target = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="merges_in")
    moved = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.UniqueConstraint(
                fields=["source"], name="merged_once", condition=Q(undone_at__isnull=True)
            )
        ]

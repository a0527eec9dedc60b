"""Terms computed again after the calendar changed: the run, and what it moved."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Recomputation(models.Model):
    """One run over the running clocks, in the order of their ids; `cursor` is where it stands."""

    change = models.OneToOneField(
        "people.CalendarChange", models.PROTECT, null=True, related_name="recomputation"
    )
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("recomputation of terms")
        verbose_name_plural = _("recomputations of terms")
        indexes = [
            models.Index(
                fields=["id"],
                name="recomputation_unfinished",
                condition=Q(finished_at__isnull=True),
            )
        ]


class MovedTerm(models.Model):
    """One term that a run moved, for the page that shows before and after."""

    run = models.ForeignKey(Recomputation, models.CASCADE, related_name="terms")
    clock = models.ForeignKey("appeals.Clock", models.CASCADE, related_name="+")
    before = models.DateTimeField()
    after = models.DateTimeField()

    class Meta:
        verbose_name = _("moved term")
        verbose_name_plural = _("moved terms")
        constraints = [models.UniqueConstraint(fields=["run", "clock"], name="term_moved_once")]

"""A report: one building of one period, kept as it was built, never silently changed."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reports.lifecycle import STATUSES, UNBUILT, Status, StatusMeta
from reports.periods import Period, Sort
from reports.querysets import ReportQuerySet


class ReportRun(models.Model):
    """Written only by the verbs in `reports.actions`. The document is kept as JSON with its digest."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first = models.DateField(_("from"))
    last = models.DateField(_("to"))
    sort = models.CharField(_("sort"), max_length=10, choices=Sort, default=Sort.CUSTOM)
    language = models.CharField(max_length=2, default="az")
    is_periodic = models.BooleanField(default=False)
    edition = models.PositiveSmallIntegerField(_("version"), default=1)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="corrected_by", verbose_name=_("corrects")
    )
    correction_reason = models.TextField(_("reason of the correction"), blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(str(status), meta.label) for status, meta in STATUSES.items()],
        default=Status.ASKED,
    )
    version = models.PositiveIntegerField(default=1)
    progress = models.PositiveSmallIntegerField(default=0)  # per cent
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    claim = models.UUIDField(null=True)  # whose build this is; a newer claim makes it nobody's
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)  # the builder's last sign of life
    failure = models.CharField(max_length=250, blank=True)
    built_at = models.DateTimeField(null=True)
    document = models.JSONField(null=True)
    digest = models.CharField(max_length=64, blank=True)

    commentary = models.TextField(_("commentary"), blank=True)
    proposals = models.TextField(_("proposals"), blank=True)
    draft = models.JSONField(default=dict)  # typed, not saved yet: commentary, proposals, by, at
    commented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    commented_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    signed_for = models.CharField(_("acting for"), max_length=250, blank=True)
    signed_at = models.DateTimeField(null=True)
    presented_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-id"]
        constraints = [
            # Two beats at once build one report.
            models.UniqueConstraint(
                fields=["sort", "first", "last", "language"],
                name="periodic_report_once",
                condition=Q(is_periodic=True),
            )
        ]
        indexes = [
            models.Index(fields=["id"], name="report_unbuilt", condition=Q(state__in=UNBUILT)),
            models.Index(fields=["sort", "-id"], name="report_by_sort"),
            models.Index(fields=["asked_by", "-id"], name="report_by_asker"),
        ]

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    @property
    def meta(self) -> StatusMeta:
        return STATUSES[Status(self.state)]

    @property
    def name(self) -> str:
        """What it is and of when, in the reader's language."""
        from reports.wording import wording

        return wording().report_name(Sort(self.sort), self.period)

    def get_absolute_url(self) -> str:
        return reverse("report", args=[self.pk])

    def __str__(self) -> str:
        return f"№ {self.pk}"

"""What goes to a structure and comes back."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from routing.lifecycle import ROPEN, RSTATUSES, RStatus, RStatusMeta
from routing.querysets import ReferralQuerySet


class Competence(models.Model):
    """A structure answers for a branch of topics."""

    structure = models.ForeignKey("people.Structure", models.CASCADE, related_name="competence")
    topic = models.ForeignKey("appeals.Topic", models.CASCADE, related_name="competence")

    class Meta:
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        constraints = [
            models.UniqueConstraint(fields=["structure", "topic"], name="competence_once")
        ]

    def __str__(self) -> str:
        return f"{self.structure} · {self.topic}"


class ReferralKind(models.TextChoices):
    """What is asked of the structure."""

    EXECUTION = "execution", _("For execution")
    JOINT = "joint", _("Joint execution")
    INFORMATION = "information", _("For information")
    CONSULTATION = "consultation", _("Consultation")
    DOCUMENT = "document", _("Document request")
    DECISION = "decision", _("Decision of the head of the Apparatus")
    OUTSIDE = "outside", _("Forwarding to an outside body")


#: Kinds that ask something of a structure while the appeal stays where it is.
ASKED_ONLY = (ReferralKind.CONSULTATION, ReferralKind.DOCUMENT, ReferralKind.INFORMATION)


class Referral(models.Model):
    """One question to one structure, with its own term. Written only by `routing.actions`."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="referrals")
    kind = models.CharField(_("kind"), max_length=12, choices=ReferralKind)
    structure = models.ForeignKey("people.Structure", models.PROTECT, related_name="referrals")
    structure_name = models.CharField(max_length=250)  # the name of its day
    question = models.TextField(_("question"), blank=True)
    shares_text = models.BooleanField(_("share the text"), default=True)
    shares_files = models.BooleanField(_("share the attachments"), default=True)
    status = models.CharField(max_length=12, default=RStatus.SENT)
    clock = models.OneToOneField("appeals.Clock", models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField(_("due"), null=True)
    executor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    sent_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    answer_text = models.TextField(_("answer"), blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    return_reason = models.TextField(_("reason of the return"), blank=True)
    belongs_to = models.ForeignKey(
        "people.Structure", models.PROTECT, null=True, blank=True, related_name="+"
    )
    rework_count = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    is_open = models.GeneratedField(
        expression=Q(status__in=ROPEN), output_field=models.BooleanField(), db_persist=True
    )
    is_late = models.GeneratedField(
        expression=Q(answered_at__gt=F("due_at")),
        output_field=models.BooleanField(null=True),
        db_persist=True,
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        indexes = [
            models.Index(
                fields=["structure", "due_at", "id"],
                name="inbox_open",
                condition=Q(is_open=True),
            ),
            models.Index(fields=["structure", "-sent_at", "-id"], name="inbox_all"),
            models.Index(fields=["appeal", "id"], name="referrals_of_appeal"),
        ]

    @property
    def meta(self) -> RStatusMeta:
        return RSTATUSES[RStatus(self.status)]

    def __str__(self) -> str:
        return f"{self.appeal_id} → {self.structure_name}"

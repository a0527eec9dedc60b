"""What goes to a structure and comes back."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Left
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.models.appeal import AzVector
from routing.edms.models import EdmsFile, EdmsMemo, EdmsMessage
from routing.kinds import ASKED_ONLY, ReferralKind, ReturnGround
from routing.lifecycle import ROPEN, RSTATUSES, RStatus, RStatusMeta
from routing.querysets import ReferralQuerySet
from routing.reminders.models import (
    LadderStep,
    Reminder,
    ReminderAlarm,
    ReminderMail,
    ReminderTo,
)
from routing.rules.models import RoutingRule, RuleDecision, RuleTrial, TrialChange
from routing.suggestions.models import SuggestionModel, SureEnough

__all__ = [
    "ASKED_ONLY",
    "AnswerTemplate",
    "Competence",
    "EdmsFile",
    "EdmsMemo",
    "EdmsMessage",
    "LadderStep",
    "Referral",
    "ReferralKind",
    "Reminder",
    "ReminderAlarm",
    "ReminderMail",
    "ReminderTo",
    "ReturnGround",
    "RoutingRule",
    "RuleDecision",
    "RuleTrial",
    "SuggestionModel",
    "SureEnough",
    "TrialChange",
]


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


#: Signs of each text that are searched.
SEARCHED = 20_000
#: What the inbox lists as answered, and as given back.
ANSWERED = [str(status) for status in (RStatus.ANSWERED, RStatus.TAKEN, RStatus.NOTED)]
GIVEN_BACK = [str(status) for status in (RStatus.RETURNED, RStatus.REROUTED)]


class ReferralManager(models.Manager.from_queryset(ReferralQuerySet)):  # type: ignore[misc]  # made at run time
    """The words a referral is found by are asked for, never read."""

    def get_queryset(self) -> ReferralQuerySet:
        rows: ReferralQuerySet = super().get_queryset().defer("search")
        return rows


class Referral(models.Model):
    """One question to one structure, with its own term. Written only by `routing.actions`."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="referrals")
    kind = models.CharField(_("kind"), max_length=12, choices=ReferralKind)
    structure = models.ForeignKey("people.Structure", models.PROTECT, related_name="referrals")
    structure_name = models.CharField(max_length=250)  # the name of its day
    main = models.ForeignKey(  # of a co-executor: the referral it contributes to
        "self", models.PROTECT, null=True, blank=True, related_name="parts"
    )
    rerouted_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="rerouted_to"
    )
    question = models.TextField(_("question"), blank=True)
    shares_text = models.BooleanField(_("share the text"), default=True)
    shares_files = models.BooleanField(_("share the attachments"), default=True)
    chosen_files = models.ManyToManyField(  # shared one by one where not all are
        "appeals.Attachment", blank=True, related_name="+"
    )
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
    answer_source = models.CharField(_("source of the answer"), max_length=250, blank=True)
    used_at = models.DateTimeField(null=True)  # when it became the applicant's reply
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    return_ground = models.CharField(
        _("ground of the return"), max_length=8, choices=ReturnGround, blank=True
    )
    return_reason = models.TextField(_("reason of the return"), blank=True)
    belongs_to = models.ForeignKey(
        "people.Structure", models.PROTECT, null=True, blank=True, related_name="+"
    )
    letter_number = models.CharField(_("number of the letter"), max_length=60, blank=True)
    letter_on = models.DateField(_("date of the letter"), null=True, blank=True)
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

    #: What the structure itself reads of it: the question, the answer, the reason of a return.
    search = models.GeneratedField(
        expression=AzVector(
            Concat(
                Left("question", SEARCHED), Value(" "), Left("answer_text", SEARCHED), Value(" "),
                Left("return_reason", SEARCHED), Value(" "), F("letter_number"),
                output_field=models.TextField(),
            )
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )  # fmt: skip

    objects = ReferralManager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        indexes = [
            models.Index(
                fields=["structure", "due_at", "id"],
                name="inbox_open",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["structure", "status", "due_at", "id"],
                name="inbox_open_status",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["executor", "due_at", "id"], name="inbox_mine", condition=Q(is_open=True)
            ),
            models.Index(
                fields=["structure", "-sent_at", "-id"],
                name="inbox_answered",
                condition=Q(status__in=ANSWERED),
            ),
            models.Index(
                fields=["structure", "-sent_at", "-id"],
                name="inbox_returned",
                condition=Q(status__in=GIVEN_BACK),
            ),
            models.Index(fields=["structure", "-sent_at", "-id"], name="inbox_all"),
            # Of all structures together, as a figure opens them.
            models.Index(fields=["-sent_at", "-id"], name="referrals_newest"),
            models.Index(
                fields=["structure", "answered_at"],
                name="workload_answered",
                condition=Q(answered_at__isnull=False),
            ),
            models.Index(fields=["appeal", "id"], name="referrals_of_appeal"),
            # What was just written waits in a list that every search reads through: kept short.
            GinIndex(fields=["search"], name="referral_words", gin_pending_list_limit=256),
        ]

    @property
    def meta(self) -> RStatusMeta:
        return RSTATUSES[RStatus(self.status)]

    @property
    def holds_appeal(self) -> bool:
        """Whether the appeal itself is with this structure: not when only asked or contributing."""
        return self.kind not in ASKED_ONLY and self.main_id is None

    def has_open_parts(self) -> bool:
        """Whether a co-executor still owes its contribution; only joint execution has any."""
        return self.kind == ReferralKind.JOINT and self.parts.open().exists()

    def is_overdue(self, at: dt.datetime) -> bool:
        """A state of the clock, never a status."""
        return bool(self.is_open and self.due_at is not None and self.due_at < at)

    def __str__(self) -> str:
        return f"{self.appeal_id} → {self.structure_name}"


class AnswerTemplate(models.Model):
    """A text a structure starts its answer from; without a structure it is everybody's."""

    structure = models.ForeignKey(
        "people.Structure", models.CASCADE, null=True, blank=True, related_name="answer_templates"
    )
    topic = models.ForeignKey(  # offered first for this branch of topics
        "appeals.Topic", models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=_("topic"),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), max_length=20_000)
    is_active = models.BooleanField(_("offered"), default=True)
    uses = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("answer template")
        verbose_name_plural = _("answer templates")
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["structure", "title"], name="template_title_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.title

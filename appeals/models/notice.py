"""What is owed to the applicant: a row per notice, with its text and delivery."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.kinds import Language, LetterState, NoticeChannel, NoticeReason, NoticeState
from appeals.querysets import LetterQuerySet, NoticeQuerySet


class NoticeTemplate(models.Model):
    """The wording of a notice by reason and channel, in the applicant's language."""

    reason = models.CharField(_("reason"), max_length=30, choices=NoticeReason)
    channel = models.CharField(_("channel"), max_length=8, choices=NoticeChannel)
    subject_az = models.CharField(max_length=200, blank=True)
    subject_en = models.CharField(max_length=200, blank=True)
    subject_ru = models.CharField(max_length=200, blank=True)
    text_az = models.TextField()
    text_en = models.TextField(blank=True)
    text_ru = models.TextField(blank=True)

    class Meta:
        verbose_name = _("notice template")
        verbose_name_plural = _("notice templates")
        constraints = [
            models.UniqueConstraint(fields=["reason", "channel"], name="notice_template_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} · {self.get_channel_display()}"


class Notice(models.Model):
    """One message to the applicant. `client_id` is the gateway's idempotency key."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="notices")
    entry = models.ForeignKey("appeals.Entry", models.PROTECT, related_name="notices")
    reason = models.CharField(max_length=30, choices=NoticeReason)
    channel = models.CharField(max_length=8, choices=NoticeChannel)
    language = models.CharField(max_length=2, choices=Language)
    contact = models.ForeignKey(
        "appeals.Contact", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recipient = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.OWED)
    owed_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=250, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    gateway_ref = models.CharField(max_length=120, blank=True)
    # What the step told beside the appeal itself, so that another channel can word it anew.
    values = models.JSONField(default=dict, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    # Somebody dealt with what did not arrive: it was sent again, or told by phone.
    settled_at = models.DateTimeField(null=True, blank=True)
    again_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="sent_again"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["entry", "reason", "channel"], name="notice_owed_once")
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="notice_to_send",
                condition=Q(state__in=["owed", "sending"]),
            ),
            models.Index(
                fields=["next_attempt_at", "id"],
                name="notice_to_ask",
                condition=Q(state="sent", next_attempt_at__isnull=False),
            ),
            models.Index(
                fields=["gateway_ref"], name="notice_by_ref", condition=~Q(gateway_ref="")
            ),
            models.Index(
                fields=["owed_at", "id"],
                name="notice_undelivered",
                condition=Q(state="failed", settled_at__isnull=True),
            ),
            models.Index(
                fields=["owed_at", "id"],
                name="notice_to_tell",
                condition=Q(state="owed", channel="phone"),
            ),
        ]

    @property
    def is_undelivered(self) -> bool:
        """It did not reach the applicant, and nobody has dealt with that."""
        return self.state == NoticeState.FAILED and self.settled_at is None

    @property
    def waits_for_a_person(self) -> bool:
        """Only somebody at a telephone or a desk can end this."""
        is_call = self.state == NoticeState.OWED and self.channel == NoticeChannel.PHONE
        return is_call or self.is_undelivered

    def __str__(self) -> str:
        return f"{self.get_reason_display()} · {self.get_channel_display()}"


def letter_path(letter: Letter, name: str) -> str:
    """Where the PDF lies: one letter, one place, so that a repeated making leaves no stray."""
    return f"letters/{letter.dated_on:%Y/%m}/{letter.client_id}.pdf"


class Letter(models.Model):
    """A notice on paper: its own number and date, the PDF that is printed, and its way by post."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="letter")
    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="letters")
    number = models.CharField(_("number of the letter"), max_length=60, unique=True)
    dated_on = models.DateField(_("date of the letter"))
    state = models.CharField(max_length=8, choices=LetterState, default=LetterState.TO_MAKE)
    file = models.FileField(upload_to=letter_path, max_length=200, blank=True)
    size = models.PositiveIntegerField(_("size, bytes"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    printed_at = models.DateTimeField(null=True, blank=True)
    post_number = models.CharField(_("number at the post"), max_length=60, blank=True)
    posted_on = models.DateField(_("posted on"), null=True, blank=True)
    ended_on = models.DateField(_("received or came back on"), null=True, blank=True)
    return_reason = models.CharField(_("why it came back"), max_length=250, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [models.Index(fields=["state", "id"], name="letter_list")]

    def __str__(self) -> str:
        return self.number

"""The outbox of memos, their files as they were sent, and everything that came back."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from routing.edms.lifecycle import DUE, TONES, MemoState
from routing.edms.wording import error_words, kind_words


class EdmsMemo(models.Model):
    """One memo of one referral to the head of the Apparatus. `client_id` is its key on the other
    side: the same memo sent again is still one. Written only by `routing.edms.actions`."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="memos")
    referral = models.OneToOneField("routing.Referral", models.PROTECT, related_name="memo")
    number = models.CharField(_("number"), max_length=60, unique=True)
    dated_on = models.DateField(_("date"))
    addressee = models.CharField(_("addressee"), max_length=250)
    addressee_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(_("subject"), max_length=250)
    text = models.TextField(_("text"))
    appeal_text = models.TextField(blank=True)  # where the text is shared with the structure
    executor_name = models.CharField(_("executor"), max_length=200, blank=True)
    executor_phone = models.CharField(max_length=20, blank=True)
    signer_name = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(_("term"), null=True)

    state = models.CharField(max_length=12, choices=MemoState, default=MemoState.UNPROCESSED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, default=timezone.now)
    last_error = models.CharField(_("last error"), max_length=250, blank=True)
    reference = models.CharField(max_length=120, blank=True)  # the other side's own
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    edms_number = models.CharField(_("number there"), max_length=60, blank=True)
    edms_on = models.DateField(_("date there"), null=True)
    acknowledged_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("memo")
        verbose_name_plural = _("memos")
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="memos_all"),
            models.Index(fields=["state", "-created_at", "-id"], name="memos_by_state"),
            models.Index(
                fields=["next_attempt_at", "id"],
                name="memos_due",
                condition=Q(state__in=[str(state) for state in DUE]),
            ),
        ]

    @property
    def tone(self) -> str:
        return TONES[MemoState(self.state)]

    @property
    def error_words(self) -> object:
        return error_words(self.last_error)

    def __str__(self) -> str:
        return self.number


class EdmsFile(models.Model):
    """What was sent, byte for byte: made once, the same at every attempt."""

    memo = models.ForeignKey(EdmsMemo, models.PROTECT, related_name="files")
    name = models.CharField(max_length=20)  # memo.docx, memo.pdf, meta.json, meta.xml
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("file of a memo")
        verbose_name_plural = _("files of memos")
        constraints = [models.UniqueConstraint(fields=["memo", "name"], name="memo_file_once")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class EdmsMessage(models.Model):
    """What came from the other side, kept whatever became of it; the same message counts once."""

    class Way(models.TextChoices):
        CALL = "call", _("By a signed call")
        FOLDER = "folder", _("Through the folder")
        REPLY = "reply", _("In reply to the sending")
        HAND = "hand", _("By hand")

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("Taken")
        KNOWN = "known", _("Known already")
        REFUSED = "refused", _("Not taken")

    key = models.CharField(max_length=120, unique=True)
    memo = models.ForeignKey(EdmsMemo, models.PROTECT, null=True, related_name="messages")
    way = models.CharField(max_length=6, choices=Way)
    kind = models.CharField(max_length=20, blank=True)
    body = models.TextField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.CharField(max_length=40, blank=True)  # a code of `routing.edms.wording`

    class Meta:
        verbose_name = _("message of document circulation")
        verbose_name_plural = _("messages of document circulation")
        indexes = [
            models.Index(fields=["memo", "-id"], name="messages_of_memo"),
            models.Index(fields=["-id"], name="messages_refused", condition=Q(outcome="refused")),
        ]

    @property
    def kind_words(self) -> object:
        return kind_words(self.kind)

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome}"

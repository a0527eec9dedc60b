"""Officials who receive, their hours, the invitations, and addresses by which calendars follow them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.reception.lifecycle import OPEN, STATES, State, StateMeta
from appeals.reception.querysets import OfficialQuerySet, ReceptionQuerySet, SlotQuerySet
from people.models.structure import localized


class ReceptionOfficial(models.Model):
    """Who receives citizens: a head with or without a sign-in here, and who keeps the calendar."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    position_az = models.CharField(_("position (az)"), max_length=200)
    position_en = models.CharField(_("position (en)"), max_length=200, blank=True)
    position_ru = models.CharField(_("position (ru)"), max_length=200, blank=True)
    structure = models.ForeignKey(
        "people.Structure", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("structure"),
    )  # fmt: skip
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("own sign-in"),
    )  # fmt: skip
    assistant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("assistant"),
    )  # fmt: skip
    place = models.CharField(_("place of reception"), max_length=200)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = OfficialQuerySet.as_manager()

    class Meta:
        verbose_name = _("official who receives")
        verbose_name_plural = _("officials who receive")
        ordering = ["name"]

    @property
    def position(self) -> str:
        return localized(self, "position")

    def __str__(self) -> str:
        return f"{self.name}, {self.position}"


class ReceptionSlot(models.Model):
    """One hour of one official. `taken` is kept by the verbs under the row's lock."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    official = models.ForeignKey(ReceptionOfficial, models.PROTECT, related_name="slots")
    place = models.CharField(_("place"), max_length=200)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    capacity = models.PositiveSmallIntegerField(_("places"), default=1)
    taken = models.PositiveSmallIntegerField(default=0, editable=False)
    series = models.UUIDField(null=True, blank=True, editable=False)  # made in one go
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("hour of reception")
        verbose_name_plural = _("hours of reception")
        constraints = [
            models.CheckConstraint(
                name="slot_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="slot_never_overfilled", condition=Q(taken__lte=F("capacity"))
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="slot_week"),
            models.Index(fields=["official", "starts_at"], name="slot_of_official"),
            models.Index(
                fields=["starts_at", "id"],
                name="slot_free",
                condition=Q(cancelled_at__isnull=True, taken__lt=F("capacity")),
            ),
        ]

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def free(self) -> int:
        return 0 if self.is_cancelled else self.capacity - self.taken

    def get_absolute_url(self) -> str:
        return reverse("reception-slot", args=[self.pk])

    def __str__(self) -> str:
        return f"{timezone.localtime(self.starts_at):%d.%m.%Y %H:%M}, {self.official.name}"


class Reception(models.Model):
    """One applicant invited about one appeal. Written only by the verbs, through their gate."""

    class Outcome(models.TextChoices):
        """What a reception ends with: an oral answer only with the citizen's consent (law.md 2.1)."""

        ORAL = "oral", _("Answered orally, with the applicant's consent")
        WRITING = "writing", _("Needs study: goes on in writing")
        DOCUMENTS = "documents", _("Documents are to be brought")
        ELSEWHERE = "elsewhere", _("Outside competence: told where to turn")

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="receptions")
    slot = models.ForeignKey(ReceptionSlot, models.PROTECT, related_name="receptions")
    state = models.CharField(max_length=10, default=State.INVITED)
    subject = models.CharField(_("told to the applicant"), max_length=300, blank=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True, blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    minutes_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    minutes_at = models.DateTimeField(null=True, blank=True)
    sequence = models.PositiveSmallIntegerField(default=0)  # of the calendar entry, RFC 5545
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = ReceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("reception")
        verbose_name_plural = _("receptions")
        constraints = [
            models.UniqueConstraint(
                fields=["appeal"], name="reception_open_once", condition=Q(state__in=OPEN)
            )
        ]
        indexes = [
            models.Index(fields=["appeal", "id"], name="reception_of_appeal"),
            models.Index(fields=["slot", "id"], name="reception_of_slot"),
            models.Index(fields=["id"], name="reception_open", condition=Q(state__in=OPEN)),
        ]

    @property
    def meta(self) -> StateMeta:
        return STATES[State(self.state)]

    def get_absolute_url(self) -> str:
        return reverse("reception", args=[self.pk])

    def __str__(self) -> str:
        return f"{self.appeal_id} · {self.slot_id}"


class ReceptionFeed(models.Model):
    """An address by which a calendar program follows receptions; known only to who made it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    official = models.ForeignKey(
        ReceptionOfficial, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("official"),
    )  # fmt: skip
    name = models.CharField(_("what for"), max_length=80)
    prefix = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        indexes = [models.Index(fields=["user", "-id"], name="feed_of_user")]

"""What the applicant thinks of how the appeal was dealt with."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.querysets import RatingQuerySet


class Rating(models.Model):
    """One opinion about one ending of an appeal: asked for, given once, dealt with when it is low.

    Of the link only the digest of its token is kept; what the applicant wrote stands only here.
    """

    class Reason(models.TextChoices):
        NOT_SOLVED = "not_solved", _("The matter is not solved")
        UNCLEAR = "unclear", _("The answer is not clear")
        SLOW = "slow", _("It took too long")
        MANNER = "manner", _("The manner of speaking")
        SENT_AROUND = "sent_around", _("I was sent from one to another")
        GOOD = "good", _("Everything was as it should be")
        OTHER = "other", _("Something else")

    class Way(models.TextChoices):
        PHONE = "phone", _("Asked by phone")
        LINK = "link", _("By the link")

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="ratings")
    ending = models.OneToOneField("appeals.Entry", models.PROTECT, related_name="rating")
    token_digest = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    score = models.PositiveSmallIntegerField(
        _("rating"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, blank=True)
    words = models.TextField(_("in the applicant's words"), blank=True)
    way = models.CharField(max_length=5, choices=Way, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    is_low = models.BooleanField(default=False)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    handled_how = models.CharField(_("what was done"), max_length=500, blank=True)
    complaint = models.OneToOneField(
        "appeals.Appeal", models.PROTECT, null=True, blank=True, related_name="complains_after"
    )

    objects = RatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.UniqueConstraint(
                fields=["token_digest"], name="rating_token_once", condition=~Q(token_digest="")
            ),
            models.CheckConstraint(
                name="rating_one_to_five",
                condition=Q(score__isnull=True) | Q(score__gte=1, score__lte=5),
            ),
        ]
        indexes = [
            models.Index(
                fields=["given_at", "id"],
                name="rating_dissatisfied",
                condition=Q(is_low=True, handled_at__isnull=True),
            ),
            models.Index(
                fields=["-given_at", "-id"],
                name="rating_given",
                condition=Q(given_at__isnull=False),
            ),
        ]

    @property
    def is_given(self) -> bool:
        return self.given_at is not None

    @property
    def is_dissatisfied(self) -> bool:
        """Low, and nobody has dealt with it yet."""
        return self.is_low and self.handled_at is None

    def __str__(self) -> str:
        return f"{self.score or '–'} / 5"

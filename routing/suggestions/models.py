"""What was learned, how well it did on what it had not seen, and how sure is sure."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Learned(models.TextChoices):
    """What a model was taught to tell from the text of an appeal."""

    STRUCTURE = "structure", _("Structure")
    TOPIC = "topic", _("Topic")


class SuggestionModel(models.Model):
    """One trained model: a file, its digest, and its accuracy on the last month held out."""

    class State(models.TextChoices):
        TRAINED = "trained", _("Trained")
        NOTHING_TO_LEARN = "nothing", _("Not enough to learn from")

    target = models.CharField(_("what it tells"), max_length=10, choices=Learned)
    edition = models.PositiveIntegerField(_("edition"))
    state = models.CharField(max_length=8, choices=State)
    file = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    trained_at = models.DateTimeField(_("trained"), default=timezone.now)
    learned_from = models.PositiveIntegerField(_("appeals learned from"), default=0)
    tested_on = models.PositiveIntegerField(_("appeals tested on"), default=0)
    classes = models.PositiveIntegerField(_("different answers"), default=0)
    top1 = models.FloatField(_("first offer right"), null=True)
    top3 = models.FloatField(_("one of three offers right"), null=True)
    baseline = models.FloatField(_("always the most frequent"), null=True)

    class Meta:
        verbose_name = _("learned model")
        verbose_name_plural = _("learned models")
        ordering = ["target", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["target", "edition"], name="learned_edition_once")
        ]

    @property
    def top1_percent(self) -> float | None:
        return None if self.top1 is None else round(100 * self.top1, 1)

    @property
    def top3_percent(self) -> float | None:
        return None if self.top3 is None else round(100 * self.top3, 1)

    @property
    def baseline_percent(self) -> float | None:
        return None if self.baseline is None else round(100 * self.baseline, 1)

    def __str__(self) -> str:
        return f"{self.get_target_display()} · {self.edition}"


class SureEnough(models.Model):
    """From which confidence a suggestion decides by itself on a topic's appeals; an administrator
    sets it. Without a row nothing is ever decided by a suggestion."""

    topic = models.OneToOneField(
        "appeals.Topic", models.CASCADE, related_name="+", verbose_name=_("topic")
    )
    confidence = models.FloatField(
        _("least confidence"), validators=[MinValueValidator(0.5), MaxValueValidator(1.0)]
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField(_("set"), default=timezone.now)

    class Meta:
        verbose_name = _("threshold of a topic")
        verbose_name_plural = _("thresholds of topics")

    def __str__(self) -> str:
        return f"{self.topic}: {self.confidence:.0%}"

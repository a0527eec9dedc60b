"""Topics, regions, outcomes and legal grounds: data that an administrator keeps."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.structure import localized
from people.models.user import DatedQuerySet


class Named(models.Model):
    """A code and a name in three languages."""

    NAMED_BY = ("name",)

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_az = models.CharField(_("name (az)"), max_length=200)
    name_en = models.CharField(_("name (en)"), max_length=200, blank=True)
    name_ru = models.CharField(_("name (ru)"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return localized(self, "name")

    def __str__(self) -> str:
        return self.name


class Topic(Named):
    """What an appeal is about; a dated tree of any depth. `path` is "/tax/cash-register/"."""

    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.TextField(editable=False, unique=True)
    keywords = models.TextField(_("words people say"), blank=True)
    is_outside = models.BooleanField(_("outside the ministry's competence"), default=False)
    search_text = models.TextField(editable=False, blank=True)  # folded, filled by the loader
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["path"]
        indexes = [models.Index(OpClass("path", name="text_pattern_ops"), name="topic_branch")]


class TopicQuestion(models.Model):
    """A question the operator asks when the topic is chosen."""

    class AnswerKind(models.TextChoices):
        TEXT = "text", _("Text")
        CHOICE = "choice", _("Choice")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        YESNO = "yesno", _("Yes or no")

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="questions")
    code = models.SlugField(_("code"), max_length=60)
    label_az = models.CharField(_("label (az)"), max_length=250)
    label_en = models.CharField(_("label (en)"), max_length=250, blank=True)
    label_ru = models.CharField(_("label (ru)"), max_length=250, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=AnswerKind)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    is_required = models.BooleanField(_("required"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("topic question")
        verbose_name_plural = _("topic questions")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(fields=["topic", "code"], name="topic_question_code")
        ]

    @property
    def label(self) -> str:
        return localized(self, "label")

    def __str__(self) -> str:
        return self.label


class Region(Named):
    """A district or city, with its economic region."""

    economic_region = models.CharField(_("economic region"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["name_az"]


class Outcome(Named):
    """How an appeal ended (the list of ministry.md 6.4, withdrawn, joined)."""

    is_satisfied = models.BooleanField(_("the demand was met"), default=False)
    # Told with an answer that does not meet the demand (law 1308-IVQ).
    how_to_appeal_az = models.TextField(_("how to appeal (az)"), blank=True)
    how_to_appeal_en = models.TextField(_("how to appeal (en)"), blank=True)
    how_to_appeal_ru = models.TextField(_("how to appeal (ru)"), blank=True)
    needs_ground = models.BooleanField(_("needs a legal ground"), default=False)
    is_chosen_by_hand = models.BooleanField(_("offered when closing"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        ordering = ["order", "id"]

    @property
    def refuses(self) -> bool:
        """The demand was not met, and the applicant is told how to appeal."""
        return not self.is_satisfied and bool(self.how_to_appeal_az)


class Ground(Named):
    """A legal ground for leaving an appeal without consideration (law 1308-IVQ, 8.1)."""

    article = models.CharField(_("article"), max_length=120)
    can_reopen = models.BooleanField(_("may fall away"), default=True)
    how_to_appeal_az = models.TextField(_("how to appeal (az)"))
    how_to_appeal_en = models.TextField(_("how to appeal (en)"), blank=True)
    how_to_appeal_ru = models.TextField(_("how to appeal (ru)"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("ground")
        verbose_name_plural = _("grounds")
        ordering = ["order", "id"]

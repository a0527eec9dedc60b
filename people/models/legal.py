"""Numbers that the law, or practice, sets: never constants in the code."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models.structure import localized


class Certainty(models.TextChoices):
    """How far a legal fact was confirmed before it was entered."""

    READ = "Q", _("Read in a source")
    RESTATED = "Q2", _("Restated by a source")
    TESTED = "T", _("Tested")
    PRACTICE = "K", _("General knowledge, to be confirmed")
    UNCONFIRMED = "X", _("Not confirmed")


class LegalNumber(models.Model):
    """A number with its unit, legal source and certainty; editable, journalled when changed."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    group = models.SlugField(_("group"), max_length=20, blank=True)
    value_type = models.CharField(_("sort of value"), max_length=8, default="text")
    value = models.CharField(_("value"), max_length=200)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    label_az = models.CharField(_("label (az)"), max_length=200)
    label_en = models.CharField(_("label (en)"), max_length=200, blank=True)
    label_ru = models.CharField(_("label (ru)"), max_length=200, blank=True)
    help_az = models.TextField(_("help (az)"), blank=True)
    help_en = models.TextField(_("help (en)"), blank=True)
    help_ru = models.TextField(_("help (ru)"), blank=True)
    source = models.CharField(_("source"), max_length=250, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, choices=Certainty)
    minimum = models.IntegerField(_("smallest allowed"), null=True, blank=True)
    maximum = models.IntegerField(_("largest allowed"), null=True, blank=True)

    class Meta:
        verbose_name = _("legal number")
        verbose_name_plural = _("legal numbers")
        ordering = ["code"]

    @property
    def label(self) -> str:
        return localized(self, "label")

    @property
    def help(self) -> str:
        return localized(self, "help")

    @property
    def is_confirmed(self) -> bool:
        """General knowledge and what was not found anywhere wait for the ministry's word."""
        return self.certainty not in (Certainty.PRACTICE, Certainty.UNCONFIRMED)

    def __str__(self) -> str:
        return f"{self.code} = {self.value} {self.unit}".strip()

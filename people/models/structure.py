"""The ministry's structures as a dated tree, with the outside bodies beside it."""

from __future__ import annotations

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.models.user import DatedQuerySet


class Category(models.TextChoices):
    """The four kinds of the charter (1.2, clause 3), and bodies outside the ministry."""

    APPARATUS = "apparatus", _("Unit of the apparatus")
    INSIDE = "inside", _("Body inside the structure")
    SUBORDINATE = "subordinate", _("Subordinate body")
    LEGAL_ENTITY = "legal_entity", _("Legal entity managed by the ministry")
    OUTSIDE = "outside", _("Outside body")


class StructureQuerySet(DatedQuerySet):
    """Reading the directory."""

    def current(self) -> StructureQuerySet:
        """Those that exist today in Baku."""
        return self.on(timezone.localdate())

    def branch(self, root: Structure) -> StructureQuerySet:
        """The structure and everything under it."""
        return self.filter(path__startswith=root.path)


def localized(obj: object, field: str) -> str:
    """The field in the reader's language, in Azerbaijani when that one is empty."""
    language = (get_language() or "az")[:2]
    value = getattr(obj, f"{field}_{language}", "") if language in ("az", "en", "ru") else ""
    return value or getattr(obj, f"{field}_az")


class Structure(models.Model):
    """A body that answers. Never deleted while referred to: it ends on a date."""

    NAMED_BY = ("short", "name")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.TextField(editable=False, unique=True)  # "/ministry/dvx/dvx-ganja/"
    name_az = models.CharField(_("name (az)"), max_length=250)
    name_en = models.CharField(_("name (en)"), max_length=250, blank=True)
    name_ru = models.CharField(_("name (ru)"), max_length=250, blank=True)
    short_az = models.CharField(_("short name (az)"), max_length=80, blank=True)
    short_en = models.CharField(_("short name (en)"), max_length=80, blank=True)
    short_ru = models.CharField(_("short name (ru)"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    answers_within = models.PositiveSmallIntegerField(
        _("own term, working days"), null=True, blank=True
    )
    opens_at = models.TimeField(_("opens at"), null=True, blank=True)
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors"
    )
    source = models.CharField(_("source"), max_length=250, blank=True)
    certainty = models.CharField(_("certainty"), max_length=2, blank=True)

    objects = StructureQuerySet.as_manager()

    class Meta:
        verbose_name = _("structure")
        verbose_name_plural = _("structures")
        ordering = ["path"]
        indexes = [
            models.Index(OpClass("path", name="text_pattern_ops"), name="structure_branch"),
        ]

    @property
    def name(self) -> str:
        return localized(self, "name")

    @property
    def short_name(self) -> str:
        return localized(self, "short") or self.name

    def is_within(self, other: Structure) -> bool:
        """True for the structure itself and for everything subordinate to it."""
        return self.path.startswith(other.path)

    def __str__(self) -> str:
        return self.short_name

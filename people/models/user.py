"""A user, the dated places they hold in structures, and dated delegations."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does here; rights follow from the role and, for structures, from the place."""

    OPERATOR = "operator", _("Operator")
    SECTOR_HEAD = "sector_head", _("Sector head")
    STRUCTURE_USER = "structure_user", _("Structure user")
    STRUCTURE_HEAD = "structure_head", _("Structure head")
    MANAGEMENT = "management", _("Management")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class Position(models.TextChoices):
    """A place inside a structure."""

    REGISTRAR = "registrar", _("Registrar")
    EXECUTOR = "executor", _("Executor")
    HEAD = "head", _("Head")
    SUBSTITUTE = "substitute", _("Substitute")


class User(AbstractUser):
    """A person with a sign-in. Names are kept in parts and shown as "Surname Given Patronymic"."""

    patronymic = models.CharField(_("patronymic"), max_length=80, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.OPERATOR)
    language = models.CharField(_("interface language"), max_length=5, default="az")
    extension = models.CharField(_("telephone extension"), max_length=20, blank=True)
    must_choose_password = models.BooleanField(_("has to choose a password"), default=False)
    is_demo = models.BooleanField(_("made by the demo world"), default=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")
        verbose_name_plural = _("users")
        indexes = [models.Index(fields=["role"], name="user_role")]

    @property
    def name(self) -> str:
        """Surname, given name; the sign-in name when neither is known."""
        return f"{self.last_name} {self.first_name}".strip() or self.username

    @property
    def short_name(self) -> str:
        """Surname and initial, for tables."""
        initial = f" {self.first_name[0]}." if self.first_name else ""
        return f"{self.last_name}{initial}".strip() or self.username

    def __str__(self) -> str:
        return self.name


class DatedQuerySet(models.QuerySet):
    """Rows that hold from a day to a day, both included; no end means until further notice."""

    def on(self, day: dt.date) -> DatedQuerySet:
        """Those in force on the day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class Placement(models.Model):
    """A person's dated place in a structure."""

    user = models.ForeignKey(User, models.PROTECT, related_name="placements")
    structure = models.ForeignKey("people.Structure", models.PROTECT, related_name="placements")
    position = models.CharField(_("position"), max_length=12, choices=Position)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        constraints = [
            models.CheckConstraint(
                name="placement_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
        ]
        indexes = [models.Index(fields=["user", "valid_from"], name="placement_of_user")]

    def __str__(self) -> str:
        return f"{self.user} · {self.structure} · {self.get_position_display()}"


class Delegation(models.Model):
    """Acting for somebody between two dates (charter 5.1, 5.2), by an order that is named."""

    principal = models.ForeignKey(User, models.PROTECT, related_name="delegated")
    delegate = models.ForeignKey(User, models.PROTECT, related_name="acts_for")
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    order_number = models.CharField(_("order number"), max_length=60)
    order_on = models.DateField(_("order date"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(
                name="delegation_ends_after_start",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="delegation_to_another", condition=~Q(principal=F("delegate"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegate} → {self.principal}"

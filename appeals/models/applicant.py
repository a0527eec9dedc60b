"""Who appeals: a person or an organisation, with contacts. Personal data lives only here."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Collate, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appeals.kinds import Language
from appeals.querysets import ApplicantQuerySet


class AzFold(Func):
    """`az_fold(text)`: lower case, without Azerbaijani diacritics."""

    function = "az_fold"
    output_field = models.TextField()


class AzSortKey(Func):
    """`az_sort_key(text)`: order of the Azerbaijani alphabet."""

    function = "az_sort_key"
    output_field = models.TextField()


def _spoken_name() -> Concat:
    return Concat(
        F("surname"),
        Value(" "),
        F("given_name"),
        Value(" "),
        F("patronymic"),
        Value(" "),
        F("organisation_name"),
        output_field=models.TextField(),
    )


class ApplicantKind(models.TextChoices):
    """Natural or legal person (law 1308-IVQ, 3.0.1)."""

    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")


class Applicant(models.Model):
    """The present values; earlier ones are kept in `ApplicantVersion`."""

    client_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(
        _("kind"), max_length=12, choices=ApplicantKind, default=ApplicantKind.PERSON
    )
    surname = models.CharField(_("surname"), max_length=80, blank=True)
    given_name = models.CharField(_("given name"), max_length=80, blank=True)
    patronymic = models.CharField(_("patronymic"), max_length=80, blank=True)
    organisation_name = models.CharField(_("organisation"), max_length=250, blank=True)
    fin = models.CharField(_("FIN"), max_length=20, blank=True)
    voen = models.CharField(_("VÖEN"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.AZ)
    region = models.ForeignKey(
        "appeals.Region", models.PROTECT, null=True, blank=True, verbose_name=_("region")
    )
    address = models.CharField(_("address"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    search_text = models.GeneratedField(
        expression=AzFold(_spoken_name()), output_field=models.TextField(), db_persist=True
    )
    sort_key = models.GeneratedField(
        expression=AzSortKey(_spoken_name()),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = ApplicantQuerySet.as_manager()

    class Meta:
        verbose_name = _("applicant")
        verbose_name_plural = _("applicants")
        indexes = [
            models.Index(fields=["fin"], name="applicant_fin", condition=~models.Q(fin="")),
            models.Index(fields=["voen"], name="applicant_voen", condition=~models.Q(voen="")),
            GinIndex(
                OpClass("search_text", name="gin_trgm_ops"),
                name="applicant_name_trigrams",
                gin_pending_list_limit=256,
            ),
            models.Index(fields=["sort_key", "id"], name="applicant_by_name"),
            models.Index(Collate("search_text", "C"), "id", name="applicant_begins"),
        ]

    @property
    def name(self) -> str:
        """ "Soyad Ad Ata adı", or the organisation's name."""
        if self.kind == ApplicantKind.ORGANISATION and self.organisation_name:
            return self.organisation_name
        return " ".join(p for p in (self.surname, self.given_name, self.patronymic) if p)

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class ContactKind(models.TextChoices):
    PHONE = "phone", _("Telephone")
    EMAIL = "email", _("E-mail")


class Contact(models.Model):
    """A telephone number or an e-mail address of an applicant, as given and as normalised."""

    applicant = models.ForeignKey(Applicant, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=5, choices=ContactKind)
    raw = models.CharField(_("as given"), max_length=120)
    value = models.CharField(_("normalised"), max_length=120)  # E.164 or lower-case address
    person_name = models.CharField(_("contact person"), max_length=160, blank=True)
    is_preferred = models.BooleanField(_("preferred"), default=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "kind", "value"], name="contact_once_per_applicant"
            )
        ]
        indexes = [
            models.Index(OpClass("value", name="text_pattern_ops"), name="contact_value"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class ApplicantVersion(models.Model):
    """An earlier state of an applicant. Erasing a person empties these rows, not the journal."""

    applicant = models.ForeignKey(Applicant, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    values = models.JSONField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("applicant version")
        verbose_name_plural = _("applicant versions")
        constraints = [
            models.UniqueConstraint(fields=["applicant", "version"], name="applicant_version_once")
        ]

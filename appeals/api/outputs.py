"""How appeals and applicants are told to a program; personal data masked as on the pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from appeals.access import INSIDERS
from appeals.cards import known_numbers
from appeals.forms import STEP_FORMS
from appeals.kinds import Channel, InquirySort, Kind, Language
from appeals.lifecycle import STATUSES
from appeals.models import Appeal, Applicant, Attachment
from appeals.models.applicant import ApplicantKind
from appeals.policies import may
from callcenter.identifiers import mask_phone
from people.api.fields import Coded, PersonOut
from people.models import User
from people.standing import standing_of

STATUS_CHOICES = [(str(status), meta.label) for status, meta in STATUSES.items()]


class ApplicantName(serializers.Serializer):
    """Who appeals."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class AppealRow(serializers.Serializer):
    """An appeal in a list."""

    id = serializers.IntegerField()
    number = serializers.CharField(help_text="The registration number people know.")
    kind = serializers.ChoiceField(Kind.choices)
    status = serializers.ChoiceField(STATUS_CHOICES)
    channel = serializers.ChoiceField(Channel.choices)
    language = serializers.ChoiceField(Language.choices)
    topic = Coded()
    applicant = serializers.SerializerMethodField(
        help_text="Null where there is none or the token may not see applicants."
    )
    caller_phone = serializers.SerializerMethodField(help_text="Masked; empty where unknown.")
    owner = PersonOut(allow_null=True)
    responsible = Coded(allow_null=True)
    outcome = Coded(allow_null=True)
    registered_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    is_restricted = serializers.BooleanField()
    is_anonymous = serializers.BooleanField()
    version = serializers.IntegerField(help_text="Send it back with a step.")

    @property
    def user(self) -> User:
        return self.context["request"].user

    @extend_schema_field(ApplicantName(allow_null=True))
    def get_applicant(self, appeal: Appeal) -> dict[str, Any] | None:
        if appeal.applicant is None or not standing_of(self.user).has(*INSIDERS):
            return None
        return {"id": appeal.applicant.pk, "name": appeal.applicant.name}

    def get_caller_phone(self, appeal: Appeal) -> str:
        is_full = self.context.get("is_full", False)
        return appeal.caller_phone if is_full else mask_phone(appeal.caller_phone)


class NumberOut(serializers.Serializer):
    """A number or address somebody is known by."""

    label = serializers.CharField()
    value = serializers.CharField()


class ApplicantOut(serializers.Serializer):
    """An applicant; numbers and addresses masked unless revealed."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(ApplicantKind.choices)
    name = serializers.CharField()
    language = serializers.ChoiceField(Language.choices)
    numbers = serializers.SerializerMethodField()
    version = serializers.IntegerField()

    @extend_schema_field(NumberOut(many=True))
    def get_numbers(self, applicant: Applicant) -> list[dict[str, str]]:
        return known_numbers(applicant, masked=not self.context.get("is_full", False))


class FileOut(serializers.Serializer):
    """A file of an appeal."""

    id = serializers.UUIDField(source="client_id")
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    content_type = serializers.CharField()
    sha256 = serializers.CharField()
    origin = serializers.ChoiceField(Attachment.Origin.choices)
    scan = serializers.ChoiceField(Attachment.Scan.choices)
    at = serializers.DateTimeField()
    url = serializers.SerializerMethodField()

    @extend_schema_field(serializers.URLField())
    def get_url(self, file: Attachment) -> str:
        address = reverse("api-file", args=[file.appeal_id, file.client_id])
        return self.context["request"].build_absolute_uri(address)


class AppealOut(AppealRow):
    """Everything of an appeal that its page shows."""

    inquiry_sort = serializers.ChoiceField(InquirySort.choices)
    text = serializers.CharField()
    topic_answers = serializers.DictField()
    region = Coded(allow_null=True)
    applicant = serializers.SerializerMethodField()
    complained_structure = Coded(allow_null=True)
    complained_official = serializers.CharField()
    is_corruption = serializers.BooleanField()
    is_collective = serializers.BooleanField()
    is_first_contact = serializers.BooleanField(help_text="Answered at once.")
    ground = Coded(allow_null=True)
    answer_text = serializers.CharField()
    answer_source = serializers.CharField()
    registered_by = PersonOut(allow_null=True)
    received_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    moved_at = serializers.DateTimeField(help_text="The last step.")
    contact_count = serializers.IntegerField()
    reopened_count = serializers.IntegerField()
    files = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField(help_text="What this token's owner may do now.")

    @extend_schema_field(ApplicantOut(allow_null=True))
    def get_applicant(self, appeal: Appeal) -> dict[str, Any] | None:
        people = Applicant.objects.visible_to(self.user).prefetch_related("contacts")
        known = people.filter(pk=appeal.applicant_id).first() if appeal.applicant_id else None
        return ApplicantOut(known, context=self.context).data if known is not None else None

    @extend_schema_field(FileOut(many=True))
    def get_files(self, appeal: Appeal) -> list[dict[str, Any]]:
        files = Attachment.objects.visible_to(self.user).filter(appeal=appeal).order_by("id")
        return FileOut(files, many=True, context=self.context).data

    def get_steps(self, appeal: Appeal) -> list[str]:
        return steps_of(self.user, appeal)


class RegisteredOut(AppealOut):
    """A new appeal, and what its applicant is told."""

    state_code = serializers.CharField(
        help_text="With the number it opens the public page of the appeal's state. Told only here."
    )


class StateOut(serializers.Serializer):
    """Where an appeal stands after a step."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    status = serializers.ChoiceField(STATUS_CHOICES)
    due_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    steps = serializers.SerializerMethodField(help_text="What may be done next.")

    def get_steps(self, appeal: Appeal) -> list[str]:
        return steps_of(self.context["request"].user, appeal)


class EntryOut(serializers.Serializer):
    """A line of the journal."""

    sequence = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.CharField(help_text="The step: close, referral.accept …")
    label = serializers.CharField(help_text="The step in words.")
    actor = serializers.CharField()
    acting_for = serializers.CharField(source="acting_for_name")
    changes = serializers.DictField(help_text="By field: the old and the new value.")
    note = serializers.CharField()
    is_internal = serializers.BooleanField()
    hash = serializers.CharField(help_text="The link of the chain.")


def steps_of(user: User, appeal: Appeal) -> list[str]:
    """Codes of the steps open to this person now."""
    return [
        str(step)
        for step, form in STEP_FORMS.items()
        if may(user, step, appeal) and form.is_offered(appeal)
    ]

"""What a program sends: checked by form here, by the rules in the verbs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from appeals.actions.intake import LONGEST_TEXT
from appeals.forms import StepForm
from appeals.kinds import Channel, InquirySort, Kind, Language
from appeals.models import AppealPerson, Applicant, Outcome, Region, Topic
from appeals.models.applicant import ApplicantKind
from people.api.fields import CodeField
from people.models import Structure

#: Whole numbers of a form without a bound of their own.
LARGEST_NUMBER = 2**31 - 1
LARGEST_KEY = 2**63 - 1
MOST_PEOPLE = 200
MOST_ANSWERS = 50


@extend_schema_field(
    {"oneOf": [{"type": "string", "maxLength": 1000}, {"type": "integer"}, {"type": "boolean"}]}
)
class PlainValue(serializers.Field):
    """A text, a whole number, yes or no."""

    default_error_messages = {"invalid": _("Give a text, a whole number, yes or no.")}

    def to_internal_value(self, data: object) -> object:
        if isinstance(data, bool):
            return data
        if isinstance(data, int) and abs(data) <= LARGEST_KEY:
            return data
        if isinstance(data, str):
            return serializers.CharField(max_length=1000, allow_blank=True).run_validation(data)
        self.fail("invalid")

    def to_representation(self, value: object) -> object:
        return value


class TopicAnswers(serializers.DictField):
    """Answers to the topic's questions, by the question's code."""

    child = PlainValue()
    default_error_messages = {"codes": _("Answers stand under codes of questions.")}

    def to_internal_value(self, data: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            self.fail("not_a_dict", input_type=type(data).__name__)
        code = serializers.SlugField(max_length=60)
        if len(data) > MOST_ANSWERS:
            self.fail("codes")
        for key in data:
            code.run_validation(key)
        return super().to_internal_value(data)


class ApplicantIn(serializers.Serializer):
    """A new applicant: a person by name, or an organisation."""

    kind = serializers.ChoiceField(ApplicantKind.choices, default=ApplicantKind.PERSON)
    surname = serializers.CharField(max_length=80, required=False, allow_blank=True)
    given_name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    patronymic = serializers.CharField(max_length=80, required=False, allow_blank=True)
    organisation_name = serializers.CharField(max_length=250, required=False, allow_blank=True)
    fin = serializers.CharField(max_length=20, required=False, allow_blank=True)
    voen = serializers.CharField(max_length=20, required=False, allow_blank=True)
    language = serializers.ChoiceField(Language.choices, default=Language.AZ)
    region = CodeField(queryset=Region.objects.all(), required=False, allow_null=True)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    phones = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=10
    )
    emails = serializers.ListField(
        child=serializers.EmailField(max_length=120), required=False, max_length=10
    )

    def verb_values(self, sent: dict[str, Any]) -> dict[str, Any]:
        """As `save_applicant` takes them."""
        values = {name: value for name, value in sent.items() if name not in ("phones", "emails")}
        region = values.pop("region", None)
        return {
            "values": {**values, "region_id": region.pk if region is not None else None},
            "phones": sent.get("phones", ()),
            "emails": sent.get("emails", ()),
        }


class PersonIn(serializers.Serializer):
    """A representative, or one of the people of a collective appeal."""

    part = serializers.ChoiceField(AppealPerson.Part.choices, default=AppealPerson.Part.SIGNATORY)
    name = serializers.CharField(max_length=200)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    basis = serializers.CharField(max_length=200, required=False, allow_blank=True)


class AppealIn(serializers.Serializer):
    """One matter of one applicant."""

    kind = serializers.ChoiceField(Kind.choices)
    topic = CodeField(queryset=Topic.objects.all())
    text = serializers.CharField(max_length=LONGEST_TEXT)
    topic_answers = TopicAnswers(required=False)
    channel = serializers.ChoiceField(Channel.choices, default=Channel.WEB)
    language = serializers.ChoiceField(Language.choices, default=Language.AZ)
    region = CodeField(queryset=Region.objects.all(), required=False, allow_null=True)
    caller_phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
    applicant = serializers.IntegerField(
        min_value=1, max_value=LARGEST_KEY, required=False, allow_null=True,
        help_text="A known applicant.",
    )  # fmt: skip
    new_applicant = ApplicantIn(required=False, allow_null=True)
    inquiry_sort = serializers.ChoiceField(InquirySort.choices, required=False, allow_blank=True)
    needs_study = serializers.BooleanField(required=False)
    complained_structure = CodeField(
        queryset=Structure.objects.all(), required=False, allow_null=True
    )
    complained_official = serializers.CharField(max_length=200, required=False, allow_blank=True)
    is_restricted = serializers.BooleanField(required=False)
    is_corruption = serializers.BooleanField(required=False)
    is_collective = serializers.BooleanField(required=False)
    people = PersonIn(many=True, required=False, max_length=MOST_PEOPLE)
    answer = serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True,
        help_text="Given at once: the appeal is registered and closed.",
    )  # fmt: skip
    answer_source = serializers.CharField(max_length=250, required=False, allow_blank=True)
    outcome = CodeField(
        queryset=Outcome.objects.filter(is_chosen_by_hand=True), required=False, allow_null=True
    )

    def validate_complained_structure(self, given: Structure | None) -> Structure | None:
        if given is not None and not Structure.objects.current().filter(pk=given.pk).exists():
            raise serializers.ValidationError(
                _("%(name)s no longer exists. Choose its successor.") % {"name": given.name},
                code="structure_ended",
            )
        return given

    def validate_topic(self, given: Topic) -> Topic:
        if not Topic.objects.on(timezone.localdate()).filter(pk=given.pk).exists():
            raise serializers.ValidationError(
                _("This topic is no longer used. Choose another."), code="topic_retired"
            )
        return given

    def validate(self, sent: dict[str, Any]) -> dict[str, Any]:
        if sent.get("applicant") and sent.get("new_applicant"):
            raise serializers.ValidationError(
                {"applicant": _("Choose a known applicant or write a new one, not both.")},
                code="two_applicants",
            )
        return sent

    def known_applicant(self, sent: dict[str, Any]) -> Applicant | None:
        """The applicant named by key, if the caller may see them."""
        key = sent.get("applicant")
        if key is None:
            return None
        known = Applicant.objects.visible_to(self.context["request"].user).filter(pk=key).first()
        if known is None:
            raise serializers.ValidationError(
                {"applicant": _("There is no such applicant.")}, code="does_not_exist"
            )
        return known


class FindIn(serializers.Serializer):
    """What is searched; in the body, so that no address or log holds a person."""

    q = serializers.CharField(max_length=200, help_text="Telephone, FIN, VÖEN or parts of a name.")


class UploadIn(serializers.Serializer):
    """A file of an appeal."""

    file = serializers.FileField(max_length=None)
    origin = serializers.ChoiceField(
        [("applicant", _("From the applicant")), ("sector", _("From the sector"))],
        default="applicant",
    )


def serializer_of(
    form: type[StepForm], name: str, *, partial: bool
) -> type[serializers.Serializer]:
    """What a step's own form asks, as a program sends it: rows by code, all else by value."""
    fields: dict[str, Any] = {
        key: _field(field, is_needed=field.required and not partial and not field.widget.is_hidden)
        for key, field in form.base_fields.items()
    }
    fields["__doc__"] = form.__doc__ or ""
    return type(f"{name}In", (serializers.Serializer,), fields)


def _field(field: forms.Field, *, is_needed: bool) -> serializers.Field:
    common: dict[str, Any] = {"required": is_needed, "label": str(field.label or "")}
    if isinstance(field, forms.ModelChoiceField):
        queryset = field.queryset
        if any(known.name == "code" for known in queryset.model._meta.get_fields()):
            return CodeField(queryset=queryset, allow_null=not is_needed, **common)
        return serializers.IntegerField(
            min_value=1, max_value=LARGEST_KEY, allow_null=not is_needed, **common
        )
    if isinstance(field, forms.BooleanField):
        return serializers.BooleanField(**common)
    if isinstance(field, forms.MultipleChoiceField):
        child = serializers.ChoiceField(list(field.choices))
        return serializers.ListField(child=child, **common)
    if isinstance(field, forms.ChoiceField):
        return serializers.ChoiceField(
            list(field.choices), allow_blank=not is_needed and not field.required, **common
        )
    if isinstance(field, forms.IntegerField):
        least = field.min_value if field.min_value is not None else 0
        most = field.max_value if field.max_value is not None else LARGEST_NUMBER
        return serializers.IntegerField(min_value=least, max_value=most, **common)
    if isinstance(field, forms.DateTimeField):
        return serializers.DateTimeField(allow_null=not is_needed, **common)
    if isinstance(field, forms.DateField):
        return serializers.DateField(allow_null=not is_needed, **common)
    if isinstance(field, forms.UUIDField):
        return serializers.UUIDField(**common)
    most_letters = getattr(field, "max_length", None) or LONGEST_TEXT
    return serializers.CharField(
        max_length=most_letters, allow_blank=not is_needed and not field.required, **common
    )

"""How a referral is told to the structure's own system: what was shared, nothing else of the appeal."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from appeals.extending import asked_of
from appeals.kinds import Kind
from appeals.models import Attachment
from people.api.fields import Coded, PersonOut
from routing.kinds import ReferralKind, ReturnGround
from routing.lifecycle import CONTRIBUTED, RSTATUSES, TAKEN_BACK, RAction
from routing.models import Referral
from routing.policies import steps_for

STATUS_CHOICES = [(str(status), meta.label) for status, meta in RSTATUSES.items()]
#: The steps of the structure, by the last part of their addresses.
STEPS = {
    RAction.SEE: "seen", RAction.READ: "seen", RAction.ACCEPT: "accept", RAction.ASSIGN: "assign",
    RAction.RETURN: "return", RAction.ASK_EXTENSION: "extension", RAction.DRAFT: "draft",
    RAction.ANSWER: "answer", RAction.APPROVE: "answer",
}  # fmt: skip


class ReferralRow(serializers.Serializer):
    """A referral in a list."""

    id = serializers.IntegerField()
    number = serializers.CharField(
        source="appeal.number", help_text="The registration number of the appeal."
    )
    kind = serializers.ChoiceField(ReferralKind.choices)
    status = serializers.ChoiceField(STATUS_CHOICES)
    appeal_kind = serializers.ChoiceField(Kind.choices, source="appeal.kind")
    topic = Coded(source="appeal.topic")
    is_co_executor = serializers.SerializerMethodField()
    executor = PersonOut(allow_null=True)
    sent_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    rework_count = serializers.IntegerField(help_text="How often the sector sent the answer back.")
    version = serializers.IntegerField(help_text="Send it back with a step.")

    def get_is_co_executor(self, row: Referral) -> bool:
        return row.main_id is not None


class ReferralFileOut(serializers.Serializer):
    """A file that was shared, or one of the answer."""

    id = serializers.UUIDField(source="client_id")
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    content_type = serializers.CharField()
    sha256 = serializers.CharField()
    url = serializers.SerializerMethodField()

    @extend_schema_field(serializers.URLField())
    def get_url(self, file: Attachment) -> str:
        address = reverse("api-referral-file", args=[self.context["referral"], file.client_id])
        return self.context["request"].build_absolute_uri(address)


class CoExecutorOut(serializers.Serializer):
    """What a co-executor contributes to the main executor's answer."""

    structure = serializers.CharField(source="structure_name")
    status = serializers.ChoiceField(STATUS_CHOICES)
    due_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.SerializerMethodField(help_text="Empty until it was given.")

    def get_answer(self, part: Referral) -> str:
        return part.answer_text if part.status in CONTRIBUTED else ""


class ReferralOut(ReferralRow):
    """Everything of a referral that its page shows."""

    question = serializers.CharField()
    text = serializers.SerializerMethodField(
        help_text="Of the appeal; null where it was not shared."
    )
    files = serializers.SerializerMethodField(help_text="What was shared of the appeal's files.")
    answer = serializers.CharField(source="answer_text")
    answer_files = serializers.SerializerMethodField()
    parts = serializers.SerializerMethodField(help_text="Of the co-executors.")
    seen_at = serializers.DateTimeField(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    approved_by = PersonOut(allow_null=True)
    return_ground = serializers.ChoiceField(ReturnGround.choices, allow_blank=True)
    return_reason = serializers.CharField()
    belongs_to = Coded(allow_null=True)
    extension_asked = serializers.SerializerMethodField(
        help_text="Working days asked for and not decided on; null where none are."
    )
    steps = serializers.SerializerMethodField(help_text="What this token may do now.")

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_text(self, row: Referral) -> str | None:
        is_shared = row.shares_text and row.status not in TAKEN_BACK
        return row.appeal.text if is_shared else None

    @extend_schema_field(ReferralFileOut(many=True))
    def get_files(self, row: Referral) -> list[dict[str, Any]]:
        if row.status in TAKEN_BACK:
            return []
        files = self._files(appeal=row.appeal_id, referral_ref__isnull=True)
        if row.shares_files:
            files = files.filter(origin=Attachment.Origin.APPLICANT)
        else:
            files = files.filter(pk__in=row.chosen_files.values("pk"))
        return self._told(files, row)

    @extend_schema_field(ReferralFileOut(many=True))
    def get_answer_files(self, row: Referral) -> list[dict[str, Any]]:
        return self._told(self._files(referral_ref=row.pk), row)

    @extend_schema_field(CoExecutorOut(many=True))
    def get_parts(self, row: Referral) -> list[dict[str, Any]]:
        parts = row.parts.exclude(status__in=TAKEN_BACK).order_by("id")
        return CoExecutorOut(parts, many=True).data

    def get_extension_asked(self, row: Referral) -> int | None:
        asked = asked_of(row.clock)
        return asked.quantity if asked is not None else None

    def get_steps(self, row: Referral) -> list[str]:
        return steps_of(self.context["request"].user, row)

    def _files(self, **of: Any) -> Any:
        return Attachment.objects.visible_to(self.context["request"].user).filter(**of)

    def _told(self, files: Any, row: Referral) -> list[dict[str, Any]]:
        context = {**self.context, "referral": row.pk}
        return ReferralFileOut(files.order_by("id"), many=True, context=context).data


class ReferralState(serializers.Serializer):
    """Where a referral stands after a step."""

    id = serializers.IntegerField()
    number = serializers.CharField(source="appeal.number")
    status = serializers.ChoiceField(STATUS_CHOICES)
    executor = PersonOut(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()
    steps = serializers.SerializerMethodField(help_text="What may be done next.")

    def get_steps(self, row: Referral) -> list[str]:
        return steps_of(self.context["request"].user, row)


def steps_of(user: Any, row: Referral) -> list[str]:
    """The last parts of the addresses that are open now, each once."""
    names = [STEPS[step] for step in steps_for(user, row) if step in STEPS]
    if row.seen_at is not None:
        names = [name for name in names if name != "seen"]
    if "extension" in names and (row.clock is None or asked_of(row.clock) is not None):
        names.remove("extension")
    return list(dict.fromkeys(names))

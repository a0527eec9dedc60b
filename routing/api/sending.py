"""The sector's own programs send an appeal to structures, see where it stands there and make the reply of
their answers, through the verbs of the pages."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from appeals.access import DESK, READERS
from appeals.api.inputs import LARGEST_KEY
from appeals.api.outputs import StateOut
from appeals.api.views import LONG, one
from appeals.models import Appeal, Outcome
from people.api.fields import Coded, CodeField
from people.api.idempotency import key_of
from people.api.views import ApiView
from people.models import Structure
from routing import actions
from routing.actions.sending import LONGEST_QUESTION
from routing.api.outputs import STATUS_CHOICES
from routing.lifecycle import CONTRIBUTED
from routing.models import Referral, ReferralKind
from routing.terms import LONGEST_DAYS


class ReferIn(serializers.Serializer):
    """To whom, what for, by when, and what the structure is shown."""

    structure = CodeField(queryset=Structure.objects.all())
    kind = serializers.ChoiceField(ReferralKind.choices, default=ReferralKind.EXECUTION)
    co_executors = CodeField(
        queryset=Structure.objects.all(), many=True, required=False,
        help_text="Only for joint execution.",
    )  # fmt: skip
    days = serializers.IntegerField(
        min_value=1, max_value=LONGEST_DAYS, required=False, allow_null=True,
        help_text="Working days; null is the structure's own term.",
    )  # fmt: skip
    question = serializers.CharField(max_length=LONGEST_QUESTION, required=False, allow_blank=True)
    shares_text = serializers.BooleanField(default=True)
    shares_files = serializers.BooleanField(default=True)
    letter_number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    letter_on = serializers.DateField(required=False, allow_null=True)
    version = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, allow_null=True
    )


class ReferOut(serializers.Serializer):
    """What was sent, and where the appeal stands."""

    referral = serializers.IntegerField()
    appeal = StateOut()


class Refer(ApiView):
    """Send to a structure. A complaint never goes to the structure complained about: 409, and the
    attempt is written down."""

    tag = "steps"
    reads, writes = "appeals.read", "appeals.write"
    roles = DESK
    needs_key = True

    @extend_schema(
        operation_id="steps_refer", summary="Refer", request=ReferIn, responses={201: ReferOut}
    )
    def post(self, request: Request, pk: int) -> Response:
        found = one(request.user, pk=pk)
        body = ReferIn(data=request.data)
        body.is_valid(raise_exception=True)
        sent: dict[str, Any] = dict(body.validated_data)
        client_id = uuid.uuid5(uuid.NAMESPACE_OID, f"{request.auth.pk} {key_of(request)}")
        made = actions.refer(found.pk, by=request.user, client_id=client_id, **sent)
        fresh = Appeal.objects.defer(*LONG).get(pk=found.pk)
        told = {"referral": made.pk, "appeal": fresh}
        return Response(ReferOut(told, context={"request": request}).data, status=201)


class SentOut(serializers.Serializer):
    """A referral as the sector sees it."""

    id = serializers.IntegerField()
    structure = Coded()
    kind = serializers.ChoiceField(ReferralKind.choices)
    status = serializers.ChoiceField(STATUS_CHOICES)
    is_co_executor = serializers.SerializerMethodField()
    sent_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.SerializerMethodField(help_text="Empty until it was given.")
    version = serializers.IntegerField()

    def get_is_co_executor(self, row: Referral) -> bool:
        return row.main_id is not None

    def get_answer(self, row: Referral) -> str:
        return row.answer_text if row.status in CONTRIBUTED else ""


class Sent(ApiView):
    """Where the appeal stands at the structures; a structure's own program asks `referrals/`."""

    tag = "appeals"
    reads = "appeals.read"
    roles = READERS

    @extend_schema(
        operation_id="appeals_referrals", summary="The referrals of an appeal",
        responses=SentOut(many=True),
    )  # fmt: skip
    def get(self, request: Request, pk: int) -> Response:
        found = one(request.user, pk=pk)
        rows = Referral.objects.visible_to(request.user).filter(appeal=found)
        rows = rows.select_related("structure").order_by("sent_at", "id")
        return Response(SentOut(rows, many=True).data)


class ReplyIn(serializers.Serializer):
    """Whose answers, what is told, and how it ended."""

    referrals = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY),
        min_length=1, max_length=50,
    )  # fmt: skip
    outcome = CodeField(queryset=Outcome.objects.filter(is_chosen_by_hand=True))
    text = serializers.CharField(
        max_length=100_000, required=False, allow_blank=True,
        help_text="Left out: the answers as they were given.",
    )  # fmt: skip
    told_by_phone = serializers.BooleanField(default=False)
    note = serializers.CharField(
        max_length=5000, required=False, allow_blank=True,
        help_text="Why it ends without the answers still open; they are taken back with it.",
    )  # fmt: skip
    version = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, allow_null=True
    )


class Reply(ApiView):
    """The structures' answers become the applicant's reply; whose they are stays with it."""

    tag = "steps"
    reads, writes = "appeals.read", "appeals.write"
    roles = DESK

    @extend_schema(
        operation_id="steps_reply", summary="Reply with the structures' answers",
        request=ReplyIn, responses=StateOut,
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        found = one(request.user, pk=pk)
        body = ReplyIn(data=request.data)
        body.is_valid(raise_exception=True)
        sent: dict[str, Any] = dict(body.validated_data)
        actions.reply_with(
            found.pk, by=request.user, referral_ids=sent.pop("referrals"), **sent
        )  # fmt: skip
        fresh = Appeal.objects.defer(*LONG).get(pk=found.pk)
        return Response(StateOut(fresh, context={"request": request}).data)

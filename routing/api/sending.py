"""The sector's own programs send an appeal to a structure, through the verb of the page."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from appeals.access import DESK
from appeals.api.outputs import StateOut
from appeals.api.views import LONG, one
from appeals.models import Appeal
from people.api.fields import CodeField
from people.api.idempotency import key_of
from people.api.views import ApiView
from people.models import Structure
from routing import actions
from routing.actions.sending import LONGEST_QUESTION
from routing.models import ReferralKind
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

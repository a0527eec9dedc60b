"""Receptions for programs: free hours, invitations and what became of them, through the same verbs
and rights as the pages. Applicants are told by the key of their appeal only."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from appeals.access import DESK, RECEIVERS
from appeals.api.views import one
from appeals.reception import actions
from appeals.reception.lifecycle import OPEN, STATES, STEPS, Step
from appeals.reception.models import Reception, ReceptionSlot
from appeals.reception.policies import parties_of, steps_for
from callcenter.errors import NotAllowed
from people.api.idempotency import key_of
from people.api.views import LARGEST_KEY, ApiList, ApiView
from people.audit import audit
from people.standing import standing_of

STATE_CHOICES = [(str(state), meta.label) for state, meta in STATES.items()]


class HourOut(serializers.Serializer):
    """An hour of an official; `free` places are left."""

    id = serializers.IntegerField()
    official = serializers.CharField(source="official.name")
    position = serializers.CharField(source="official.position")
    place = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    free = serializers.IntegerField()


class ReceptionRow(serializers.Serializer):
    """An invitation in a list."""

    id = serializers.IntegerField()
    appeal = serializers.IntegerField(source="appeal_id")
    number = serializers.CharField(source="appeal.number")
    state = serializers.ChoiceField(STATE_CHOICES)
    hour = HourOut(source="slot")
    invited_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(Reception.Outcome.choices, allow_blank=True)
    version = serializers.IntegerField(help_text="Send it back with a step.")


class ReceptionOut(ReceptionRow):
    """One invitation, with what was written of it and what may be done now."""

    subject = serializers.CharField(help_text="What the applicant was told.")
    minutes = serializers.CharField()
    steps = serializers.SerializerMethodField(help_text="Steps the token's person may take now.")

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_steps(self, reception: Reception) -> list[str]:
        return [str(step) for step in steps_for(self.context["request"].user, reception)]


class FreeHours(ApiList):
    """Hours one may still be invited to, soonest first."""

    tag = "receptions"
    reads = "appeals.read"
    roles = RECEIVERS
    serializer_class = HourOut
    order = ("starts_at", "id")

    def get_queryset(self) -> QuerySet[ReceptionSlot]:
        if getattr(self, "swagger_fake_view", False):
            return ReceptionSlot.objects.none()
        seen: QuerySet[ReceptionSlot] = ReceptionSlot.objects.visible_to(self.request.user)
        return seen.free(timezone.now())

    @extend_schema(operation_id="receptions_hours", summary="Free hours of reception")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class Receptions(ApiList):
    """Invitations, the latest first."""

    tag = "receptions"
    reads = "appeals.read"
    roles = RECEIVERS
    serializer_class = ReceptionRow
    order = ("-id",)

    def get_queryset(self) -> QuerySet[Reception]:
        if getattr(self, "swagger_fake_view", False):
            return Reception.objects.none()
        rows: QuerySet[Reception] = Reception.objects.visible_to(self.request.user)
        asked = self.request.query_params
        if asked.get("open", "") == "true":
            rows = rows.filter(state__in=OPEN)
        if asked.get("appeal", ""):
            rows = rows.filter(appeal=_key(asked["appeal"]))
        return rows.select_related("slot__official", "appeal").only(
            *(field.name for field in Reception._meta.fields if field.name != "minutes"),
            *(f"slot__{field.name}" for field in ReceptionSlot._meta.fields),
            "slot__official__name", "slot__official__position_az", "slot__official__position_en",
            "slot__official__position_ru", "appeal__number",
        )  # fmt: skip

    @extend_schema(
        operation_id="receptions_list",
        summary="Invitations to receptions",
        parameters=[
            OpenApiParameter("open", bool, description="Only those still owed."),
            OpenApiParameter("appeal", int, description="Of one appeal, by its key."),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


def _key(given: str) -> int:
    if not (given.isascii() and given.isdigit() and int(given[:19]) <= LARGEST_KEY):
        raise ValidationError({"appeal": given[:40]}, code="invalid")
    return int(given[:19])


def seen_one(request: Request, pk: int) -> Reception:
    """The invitation, if the token's person may see it; a look from outside the sector leaves its
    trace, as on the page."""
    found: Reception | None = (
        Reception.objects.visible_to(request.user)
        .select_related("slot__official", "appeal")
        .defer("appeal__searched", "appeal__search")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotAllowed()
    return found


class OneReception(ApiView):
    """One invitation."""

    tag = "receptions"
    reads = "appeals.read"
    roles = RECEIVERS

    @extend_schema(operation_id="receptions_read", summary="One invitation", responses=ReceptionOut)
    def get(self, request: Request, pk: int) -> Response:
        found = seen_one(request, pk)
        if not standing_of(request.user).has(*DESK):
            audit("look.reception", by=request.user, object_kind="reception", object_ref=found.pk)
        return Response(ReceptionOut(found, context={"request": request}).data)


class InviteIn(serializers.Serializer):
    """An hour of `receptions/hours/`, and what the applicant is told."""

    slot = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY)
    subject = serializers.CharField(max_length=300, required=False, allow_blank=True)
    told_by_phone = serializers.BooleanField(required=False)
    version = serializers.IntegerField(required=False, min_value=0)


class Invite(ApiView):
    """Invite the applicant of an appeal. Of two at once one gets the last place."""

    tag = "receptions"
    reads, writes = "appeals.read", "appeals.write"
    needs_key = True
    roles = DESK

    @extend_schema(
        operation_id="receptions_invite",
        summary="Invite to a reception",
        request=InviteIn,
        responses={201: ReceptionOut},
    )
    def post(self, request: Request, pk: int) -> Response:
        found = one(request.user, pk=pk)
        body = InviteIn(data=request.data)
        body.is_valid(raise_exception=True)
        sent = dict(body.validated_data)
        made = actions.invite(
            found.pk, by=request.user, slot_id=sent.pop("slot"),
            client_id=uuid.uuid5(uuid.NAMESPACE_OID, f"{request.auth.pk} {key_of(request)}"),
            **sent,
        )  # fmt: skip
        told = ReceptionOut(seen_one(request, made.pk), context={"request": request})
        response = Response(told.data, status=201)
        address = reverse("api-reception", args=[made.pk])
        response["Location"] = request.build_absolute_uri(address)
        return response


class StepIn(serializers.Serializer):
    """`version` may be left out; with it, a colleague's save in between is noticed."""

    version = serializers.IntegerField(required=False, min_value=0)


class ReasonIn(StepIn):
    """A step with its reason."""

    note = serializers.CharField(max_length=500)


class MoveIn(StepIn):
    """Another hour; the applicant is invited anew."""

    slot = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)
    told_by_phone = serializers.BooleanField(required=False)


class MinutesIn(StepIn):
    """What was said and what follows."""

    minutes = serializers.CharField(max_length=20_000)
    outcome = serializers.ChoiceField(Reception.Outcome.choices)
    has_consent = serializers.BooleanField(required=False)


#: Every step a person takes: what it asks, and its verb.
VERBS: dict[Step, tuple[type[StepIn], Any]] = {
    Step.CONFIRM: (StepIn, actions.confirm),
    Step.CAME: (StepIn, actions.came),
    Step.MISS: (StepIn, actions.miss),
    Step.MINUTES: (MinutesIn, actions.write_minutes),
    Step.ABSENT: (ReasonIn, actions.absent),
    Step.MOVE: (MoveIn, actions.move),
    Step.DECLINE: (ReasonIn, actions.decline),
    Step.CANCEL: (ReasonIn, actions.cancel),
    Step.UNMARK: (ReasonIn, actions.unmark),
}


class ReceptionStep(ApiView):
    """One step of an invitation, as its table allows."""

    tag = "receptions"
    reads, writes = "appeals.read", "appeals.write"
    roles = RECEIVERS
    step: ClassVar[Step]

    def taken(self, request: Request, pk: int) -> Response:
        found = seen_one(request, pk)
        if not STEPS[self.step].parties & parties_of(
            request.user, found.appeal, found.slot.official
        ):
            raise NotAllowed()
        asks, verb = VERBS[self.step]
        body = asks(data=request.data)
        body.is_valid(raise_exception=True)
        sent = dict(body.validated_data)
        if "slot" in sent:
            sent["slot_id"] = sent.pop("slot")
        verb(found.pk, by=request.user, **sent)
        told = ReceptionOut(seen_one(request, pk), context={"request": request})
        return Response(told.data)


def _view(step: Step) -> type[ReceptionStep]:
    @extend_schema(
        operation_id=f"receptions_{step}",
        summary=str(STEPS[step].label),
        description=ReceptionStep.__doc__,
        request=VERBS[step][0],
        responses=ReceptionOut,
    )
    def post(self: ReceptionStep, request: Request, pk: int) -> Response:
        return self.taken(request, pk)

    return type(f"{step.title()}Reception", (ReceptionStep,), {"step": step, "post": post})


STEP_VIEWS: dict[Step, type[ReceptionStep]] = {step: _view(step) for step in VERBS}

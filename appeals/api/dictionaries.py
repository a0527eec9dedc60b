"""The words appeals are made of: topics, regions, structures, outcomes, grounds, statuses."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from appeals.api import examples
from appeals.lifecycle import STATUSES
from appeals.models import Ground, Outcome, Region, Topic, TopicQuestion
from people.api.fields import Coded
from people.api.views import ApiList, ApiView
from people.models import Structure
from people.models.structure import Category


class QuestionOut(serializers.Serializer):
    """What is asked when the topic is chosen."""

    code = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.ChoiceField(TopicQuestion.AnswerKind.choices)
    is_required = serializers.BooleanField()


class TopicOut(Coded):
    """What an appeal is about."""

    parent = serializers.CharField(source="parent.code", allow_null=True, default=None)
    path = serializers.CharField()
    is_outside = serializers.BooleanField(help_text="Beyond the ministry's competence.")
    questions = QuestionOut(many=True)


class RegionOut(Coded):
    """A district or city."""

    economic_region = serializers.CharField()


class StructureOut(Coded):
    """A body that answers."""

    short_name = serializers.CharField()
    category = serializers.ChoiceField(Category.choices)
    parent = serializers.CharField(source="parent.code", allow_null=True, default=None)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class OutcomeOut(Coded):
    """How an appeal may end."""

    is_satisfied = serializers.BooleanField()
    is_chosen_by_hand = serializers.BooleanField()


class GroundOut(Coded):
    """A legal ground for leaving an appeal without consideration."""

    article = serializers.CharField()


class StatusOut(serializers.Serializer):
    """Where an appeal may stand."""

    code = serializers.CharField()
    name = serializers.CharField()
    is_open = serializers.BooleanField()
    acts_next = serializers.CharField()


class _Dictionary(ApiList):
    tag = "dictionaries"
    reads = "appeals.read"


class Topics(_Dictionary):
    """Topics in use today."""

    serializer_class = TopicOut

    def get_queryset(self) -> QuerySet[Topic]:
        rows = Topic.objects.on(timezone.localdate())
        return rows.select_related("parent").prefetch_related("questions").order_by("id")

    @extend_schema(operation_id="topics", summary="Topics", examples=[examples.TOPIC])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class Regions(_Dictionary):
    """Districts and cities."""

    serializer_class = RegionOut
    queryset = Region.objects.all()

    @extend_schema(operation_id="regions", summary="Regions")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class Structures(_Dictionary):
    """Structures that exist today."""

    serializer_class = StructureOut

    def get_queryset(self) -> QuerySet[Structure]:
        return Structure.objects.current().select_related("parent")

    @extend_schema(operation_id="structures", summary="Structures")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class Outcomes(_Dictionary):
    """How appeals end."""

    serializer_class = OutcomeOut
    queryset = Outcome.objects.all()

    @extend_schema(operation_id="outcomes", summary="Outcomes")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class Grounds(_Dictionary):
    """Legal grounds."""

    serializer_class = GroundOut
    queryset = Ground.objects.all()

    @extend_schema(operation_id="grounds", summary="Legal grounds")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class Statuses(ApiView):
    """The table of the lifecycle."""

    tag = "dictionaries"
    reads = "appeals.read"

    @extend_schema(operation_id="statuses", summary="Statuses", responses=StatusOut(many=True))
    def get(self, request: Request) -> Response:
        rows = [
            {
                "code": str(status),
                "name": str(meta.label),
                "is_open": meta.is_open,
                "acts_next": str(meta.acts_next),
            }
            for status, meta in STATUSES.items()
        ]
        return Response(StatusOut(rows, many=True).data)

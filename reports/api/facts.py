"""The facts row by row, each time only what changed since; what was read before is replaced by it.

The rows say what happened, when, where and to what end; nothing of the applicant.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django_filters.rest_framework import FilterSet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from appeals.access import READERS
from appeals.kinds import Channel, Kind, Language
from appeals.lifecycle import STATUSES
from appeals.models import Topic
from people.api.views import ApiList
from people.models import Structure
from reports.api import examples
from reports.api.changes import Changes
from reports.api.figures import FIGURE_READERS
from reports.figures.rows import Scope
from reports.models import AppealFact, OpenFact, ReferralFact, StepFact
from routing.lifecycle import RSTATUSES

STATUS = [(str(status), meta.label) for status, meta in STATUSES.items()]
RSTATUS = [(str(status), meta.label) for status, meta in RSTATUSES.items()]


@extend_schema_field(OpenApiTypes.STR)
class BranchFilter(django_filters.ModelChoiceFilter):
    """A topic or a structure by its code, with everything under it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(to_field_name="code", **kwargs)

    def filter(self, rows: QuerySet[Any], root: Any) -> QuerySet[Any]:
        if root is None:
            return rows
        branch = type(root).objects.filter(path__startswith=root.path)
        return rows.filter(**{f"{self.field_name}__in": list(branch.values_list("pk", flat=True))})


class AppealFacts(FilterSet):
    """What facts of appeals may be cut by."""

    kind = django_filters.ChoiceFilter(choices=Kind.choices)
    channel = django_filters.ChoiceFilter(choices=Channel.choices)
    language = django_filters.ChoiceFilter(choices=Language.choices)
    topic = BranchFilter(queryset=Topic.objects.all())
    structure = BranchFilter(queryset=Structure.objects.all())
    is_open = django_filters.BooleanFilter()
    since = django_filters.DateFilter(field_name="registered_on", lookup_expr="gte")
    until = django_filters.DateFilter(field_name="registered_on", lookup_expr="lte")

    class Meta:
        model = AppealFact
        fields: ClassVar[list[str]] = []


class ReferralFacts(FilterSet):
    """What facts of referrals may be cut by."""

    structure = BranchFilter(queryset=Structure.objects.all())
    topic = BranchFilter(queryset=Topic.objects.all())
    is_open = django_filters.BooleanFilter()
    since = django_filters.DateFilter(field_name="sent_on", lookup_expr="gte")
    until = django_filters.DateFilter(field_name="sent_on", lookup_expr="lte")

    class Meta:
        model = ReferralFact
        fields: ClassVar[list[str]] = []


#: The column kept in tenths of a day.
TENTHS = "took"


def _told(source: str, value: Any) -> Any:
    if source == TENTHS and value is not None:
        return value / 10
    return timezone.localtime(value) if isinstance(value, dt.datetime) else value


def _code(source: str, **more: Any) -> serializers.CharField:
    return serializers.CharField(source=f"{source}.code", allow_null=True, default=None, **more)


class AppealFactOut(serializers.Serializer):
    """An appeal in facts; days are of Baku."""

    appeal = serializers.IntegerField(source="appeal_id")
    kind = serializers.ChoiceField(Kind.choices)
    status = serializers.ChoiceField(STATUS)
    topic = serializers.CharField(source="topic.code")
    region = _code("region")
    channel = serializers.ChoiceField(Channel.choices)
    language = serializers.ChoiceField(Language.choices)
    structure = _code("structure", help_text="The responsible structure.")
    outcome = _code("outcome")
    ground = _code("ground")
    registrar = serializers.IntegerField(source="registrar_id", allow_null=True)
    owner = serializers.IntegerField(source="owner_id", allow_null=True)
    closer = serializers.IntegerField(source="closer_id", allow_null=True)
    is_open = serializers.BooleanField()
    is_merged = serializers.BooleanField(help_text="Counted with the appeal it was merged into.")
    is_restricted = serializers.BooleanField()
    registered_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    days = serializers.FloatField(
        source=TENTHS, allow_null=True, help_text="From registration to the end, to one tenth."
    )
    is_late = serializers.BooleanField(allow_null=True)
    is_first_contact = serializers.BooleanField(help_text="Answered at once.")
    came_back = serializers.BooleanField(
        allow_null=True, help_text="Asked again within the days of the rule."
    )
    is_repeat = serializers.BooleanField()
    referrals = serializers.IntegerField()
    returns = serializers.IntegerField()
    reworks = serializers.IntegerField()
    reopenings = serializers.IntegerField()
    extensions = serializers.IntegerField()
    rating = serializers.IntegerField(allow_null=True)


class ReferralFactOut(serializers.Serializer):
    """A referral in facts."""

    referral = serializers.IntegerField(source="referral_id")
    appeal = serializers.IntegerField(source="appeal_id")
    kind = serializers.CharField(help_text="What the structure was asked for.")
    status = serializers.ChoiceField(RSTATUS)
    structure = serializers.CharField(source="structure.code")
    appeal_kind = serializers.ChoiceField(Kind.choices)
    topic = serializers.CharField(source="topic.code")
    region = _code("region")
    channel = serializers.ChoiceField(Channel.choices)
    language = serializers.ChoiceField(Language.choices)
    is_open = serializers.BooleanField()
    is_restricted = serializers.BooleanField()
    sent_on = serializers.DateField()
    answered_on = serializers.DateField(allow_null=True)
    finished_on = serializers.DateField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    days = serializers.FloatField(
        source=TENTHS, allow_null=True, help_text="From sending to the answer, to one tenth."
    )
    is_late = serializers.BooleanField(allow_null=True)
    is_returned = serializers.BooleanField()
    reworks = serializers.IntegerField()


class StepFactOut(serializers.Serializer):
    """A stay of an appeal, or of a referral, in a status."""

    appeal = serializers.IntegerField(source="appeal_id")
    referral = serializers.IntegerField(source="referral_id", allow_null=True)
    sequence = serializers.IntegerField(help_text="Of the line of the journal that led there.")
    status = serializers.CharField()
    action = serializers.CharField()
    actor = serializers.IntegerField(source="actor_id", allow_null=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.IntegerField(source="dwelt", allow_null=True)


class OpenFactOut(serializers.Serializer):
    """Days in a row at whose end an appeal, or a referral, was open in one state."""

    appeal = serializers.IntegerField(source="appeal_id")
    referral = serializers.IntegerField(source="referral_id", allow_null=True)
    first = serializers.DateField(source="first_on")
    last = serializers.DateField(source="last_on", allow_null=True, help_text="Null: until now.")
    status = serializers.CharField()
    overdue_from = serializers.DateField(allow_null=True)


class _Facts(ApiList):
    """Rows in the order of their making. The serializer says what a row is; a thousand rows are
    told straight from their columns, which is ten times as fast."""

    tag = "facts"
    reads = "facts.read"
    roles = FIGURE_READERS
    pagination_class = Changes
    clock: ClassVar[str] = "change"
    grain: ClassVar[type[Model]]

    def everything(self) -> QuerySet[Any]:
        return self.grain._default_manager.all()

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.everything().none()
        seen = self.seen(Scope(self.request.user))
        return self.everything().none() if seen is None else self.everything().filter(seen)

    def seen(self, scope: Scope) -> Q | None:
        raise NotImplementedError

    @classmethod
    @cache
    def columns(cls) -> dict[str, str]:
        """Each field of the answer and the column it is read from."""
        fields = cls.serializer_class().fields.items()
        return {name: field.source.replace(".", "__") for name, field in fields}

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        columns = self.columns()
        rows = self.filter_queryset(self.get_queryset()).values(self.clock, *columns.values())
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(
            [{name: _told(source, row[source]) for name, source in columns.items()} for row in page]
        )


class Appeals(_Facts):
    """One row an appeal."""

    roles = READERS
    grain = AppealFact
    serializer_class = AppealFactOut
    filterset_class = AppealFacts

    def seen(self, scope: Scope) -> Q | None:
        return scope.appeals()

    @extend_schema(
        operation_id="facts_appeals",
        summary="Facts of appeals, those that changed since",
        examples=[examples.APPEAL_FACT],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class Referrals(_Facts):
    """One row a referral; a structure reads its own."""

    grain = ReferralFact
    serializer_class = ReferralFactOut
    filterset_class = ReferralFacts

    def seen(self, scope: Scope) -> Q | None:
        return scope.referrals()

    @extend_schema(
        operation_id="facts_referrals",
        summary="Facts of referrals, those that changed since",
        examples=[examples.REFERRAL_FACT],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class _OfBoth(_Facts):
    """Rows that belong to an appeal or to a referral of it."""

    clock = "id"

    def seen(self, scope: Scope) -> Q | None:
        if scope.sees_all:
            return Q()
        appeals, referrals = scope.appeals(), scope.referrals()
        met = Q()
        if appeals is not None:
            met |= Q(Exists(AppealFact.objects.filter(appeals, pk=OuterRef("appeal_id"))))
        if referrals is not None:
            met |= Q(Exists(ReferralFact.objects.filter(referrals, pk=OuterRef("referral_id"))))
        return met or None


class Steps(_OfBoth):
    """One row a stay in a status."""

    grain = StepFact
    serializer_class = StepFactOut

    @extend_schema(
        operation_id="facts_steps",
        summary="Stays in a status, those of appeals that changed since",
        description="A row replaces the one with the same appeal, referral and sequence.",
        examples=[examples.STEP_FACT],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class OpenDays(_OfBoth):
    """One row a stretch of open days."""

    grain = OpenFact
    serializer_class = OpenFactOut

    @extend_schema(
        operation_id="facts_open_days",
        summary="Days appeals were open at their end, those of appeals that changed since",
        description="The rows of an appeal replace all that were read of it before.",
        examples=[examples.OPEN_FACT],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

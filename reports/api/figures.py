"""The figures: their definitions, and each for a period, cut and split, under the caller's rights."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from appeals.access import READERS
from appeals.kinds import Channel, Kind, Language
from appeals.models import Region, Topic
from callcenter.errors import RuleBroken
from people.api.fields import CodeField
from people.api.views import ApiView
from people.models import Role, Structure
from reports.api import examples
from reports.figures.computing import Asked, Reading, read
from reports.figures.cut import Cut
from reports.figures.labels import MODELS
from reports.figures.registry import DIMENSIONS, FILTERS, Figure
from reports.figures.splitting import over_time, per_month_label, split
from reports.own import PERIODS, TIME, period_of
from reports.periods import Period
from reports.policies import figures_for

#: A structure reads the figures of its own referrals.
FIGURE_READERS = READERS | {str(Role.STRUCTURE_USER), str(Role.STRUCTURE_HEAD)}
LONGEST_PERIOD = 40


class FigureOut(serializers.Serializer):
    """What a figure is."""

    code = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField()
    source = serializers.CharField(help_text="The law or the trade it is taken from.")
    measure = serializers.ChoiceField(["count", "share", "median", "p90", "mean"])
    unit = serializers.ChoiceField(["appeals", "referrals", "per_cent", "days", "points"])
    unit_name = serializers.CharField()
    takes_period = serializers.BooleanField(help_text="False: it tells this moment.")
    dimensions = serializers.SerializerMethodField(help_text="What it can be split by.")
    more_is_better = serializers.BooleanField(allow_null=True)

    def get_dimensions(self, figure: Figure) -> list[str]:
        return [name for name in DIMENSIONS if name in figure.dimensions] + (
            [TIME] if figure.has_line else []
        )


class FigureQuery(serializers.Serializer):
    """What is asked of a figure."""

    period = serializers.CharField(
        max_length=LONGEST_PERIOD, required=False, default="this_month",
        help_text="2026, 2026-H1, 2026-Q3, 2026-10, 2026-10-01..2026-10-15, or by name: "
        + ", ".join(PERIODS),
    )  # fmt: skip
    by = serializers.ChoiceField(
        [*DIMENSIONS, TIME], required=False, default="",
        help_text="Split by a dimension of the figure; `time` is by day, by month beyond 62 days.",
    )  # fmt: skip
    kind = serializers.ChoiceField(Kind.choices, required=False)
    channel = serializers.ChoiceField(Channel.choices, required=False)
    language = serializers.ChoiceField(Language.choices, required=False)
    topic = CodeField(queryset=Topic.objects.all(), required=False, help_text="With its branch.")
    structure = CodeField(
        queryset=Structure.objects.all(), required=False, help_text="With its branch."
    )
    region = CodeField(queryset=Region.objects.all(), required=False)

    def validate_period(self, text: str) -> Period:
        try:
            return period_of(text.strip(), timezone.localdate())
        except RuleBroken as broken:
            raise serializers.ValidationError(broken.message, code=broken.code) from None


class ValueOut(serializers.Serializer):
    """A figure of some rows."""

    value = serializers.FloatField(
        allow_null=True, help_text="Null where there is nothing to divide or it is not known."
    )
    count = serializers.IntegerField(allow_null=True, help_text="The rows counted.")
    of = serializers.IntegerField(allow_null=True, help_text="Of how many, for a share.")


class PartOut(ValueOut):
    """One value of the dimension, or one step of time."""

    key = serializers.CharField(
        help_text="A code, a key of a person, the first day; empty: not named."
    )
    label = serializers.CharField()


class PeriodOut(serializers.Serializer):
    """From a day to a day, both included, in Baku."""

    first = serializers.DateField()
    last = serializers.DateField()


class ReadingOut(ValueOut):
    """A figure as asked."""

    code = serializers.CharField()
    name = serializers.CharField()
    unit = serializers.CharField()
    period = PeriodOut(allow_null=True)
    missing = serializers.CharField(help_text="Why it is not known; empty when it is.")
    filled_at = serializers.DateTimeField(
        allow_null=True, help_text="Until when the facts behind it are told."
    )
    address = serializers.URLField(
        allow_null=True, help_text="The page with the rows it counts, for people."
    )
    parts = PartOut(many=True)


class Catalogue(ApiView):
    """Every figure the caller may read."""

    tag = "figures"
    reads = "figures.read"
    roles = FIGURE_READERS

    @extend_schema(
        operation_id="figures",
        summary="Every figure with its definition",
        responses=FigureOut(many=True),
        examples=[examples.FIGURE],
    )
    def get(self, request: Request) -> Response:
        return Response(FigureOut(figures_for(request.user), many=True).data)


class OneFigure(ApiView):
    """A figure for a period, cut by filters, split by a dimension or over time."""

    tag = "figures"
    reads = "figures.read"
    roles = FIGURE_READERS

    @extend_schema(
        operation_id="figures_read",
        summary="A figure for a period, cut and split",
        description="Counted under the rights of the token's owner: the same number as on the pages.",
        parameters=[FigureQuery],
        responses=ReadingOut,
        examples=[examples.READING],
    )
    def get(self, request: Request, code: str) -> Response:
        one = next((each for each in figures_for(request.user) if each.code == code), None)
        if one is None:
            raise NotFound()
        query = FigureQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        given = query.validated_data
        cut = Cut(**{name: given[name] for name in FILTERS if given.get(name)})
        asked = Asked(request.user, given["period"] if one.takes_period else None, cut)
        reading = read([one.code], asked)[one.code]
        told = {
            **_value(reading), "code": one.code, "name": one.name, "unit": one.unit,
            "period": asked.period, "missing": reading.missing,
            "filled_at": asked.known.filled_at,
            "address": request.build_absolute_uri(reading.url) if reading.url else None,
            "parts": _parts(one, given["by"], asked) if reading.is_known else [],
        }  # fmt: skip
        return Response(ReadingOut(told).data)


def _value(reading: Reading) -> dict[str, Any]:
    count = reading.count if reading.is_known else None
    return {"value": reading.value, "count": count, "of": reading.of}


def _parts(one: Figure, by: str, asked: Asked) -> list[dict[str, Any]]:
    if not by:
        return []
    if by == TIME:
        if not one.has_line:
            raise _not_by(one)
        return [
            {
                **_value(step.reading),
                "key": f"{step.period.first:%Y-%m-%d}",
                "label": per_month_label(step.period),
            }
            for step in over_time(one.code, asked)
        ]
    if by not in one.dimensions:
        raise _not_by(one)
    parts = split([one.code], by, asked)
    codes = _codes(by, [part.key for part in parts])
    return [
        {**_value(part.readings[one.code]), "key": codes[part.key], "label": part.label}
        for part in parts
    ]


def _codes(dimension: str, keys: list[str]) -> dict[str, str]:
    """Rows of dictionaries by their lasting codes; people and words as they are."""
    model: type[models.Model] | None = MODELS.get(dimension)
    known: dict[str, str] = {}
    if model is not None and hasattr(model, "code"):
        ids = [int(key) for key in keys if key]
        known = {
            str(pk): code for pk, code in model.objects.filter(pk__in=ids).values_list("pk", "code")
        }
    return {key: known.get(key, key) for key in keys}


def _not_by(one: Figure) -> ValidationError:
    return ValidationError(
        {"by": _("“%(figure)s” cannot be cut by that.") % {"figure": one.name}}, code="by"
    )

"""What stands beside the steps: watching, links, repeats, how a term was computed, saved views."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from appeals import actions
from appeals.access import DESK, READERS
from appeals.actions import watching
from appeals.api.inputs import LARGEST_KEY
from appeals.api.outputs import StateOut
from appeals.api.views import LONG, one
from appeals.listing import normal
from appeals.models import Appeal, Clock, SavedView, Watch
from people.api.fields import PersonOut
from people.api.views import ApiList, ApiView


class WatchOut(serializers.Serializer):
    """Whether the token's person is told of every change."""

    is_watching = serializers.BooleanField()


class Watching(ApiView):
    """Follow an appeal: every change is told among the alerts."""

    tag = "appeals"
    reads, writes = "appeals.read", "appeals.write"
    roles = READERS

    def _told(self, request: Request, pk: int) -> Response:
        found = Watch.objects.filter(appeal_id=pk, user=request.user).exists()
        return Response(WatchOut({"is_watching": found}).data)

    @extend_schema(operation_id="appeals_is_watched", summary="Is it watched", responses=WatchOut)
    def get(self, request: Request, pk: int) -> Response:
        return self._told(request, one(request.user, pk=pk).pk)

    @extend_schema(
        operation_id="appeals_watch", summary="Watch an appeal", request=None, responses=WatchOut
    )
    def put(self, request: Request, pk: int) -> Response:
        watching.watch(pk, by=request.user)
        return self._told(request, pk)

    @extend_schema(
        operation_id="appeals_unwatch",
        summary="Watch no more",
        request=None,
        responses={200: WatchOut},
    )
    def delete(self, request: Request, pk: int) -> Response:
        found = one(request.user, pk=pk)
        watching.unwatch(found.pk, by=request.user)
        return self._told(request, found.pk)


class OtherIn(serializers.Serializer):
    """Another appeal, by its key."""

    other = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY)


class Pair(ApiView):
    """Two appeals the token's person sees."""

    tag = "steps"
    reads, writes = "appeals.read", "appeals.write"
    roles = DESK

    def pair(self, request: Request, pk: int) -> tuple[Appeal, Appeal]:
        found = one(request.user, pk=pk)
        body = OtherIn(data=request.data)
        body.is_valid(raise_exception=True)
        return found, one(request.user, pk=body.validated_data["other"])

    def told(self, request: Request, pk: int) -> Response:
        fresh = Appeal.objects.defer(*LONG).get(pk=pk)
        return Response(StateOut(fresh, context={"request": request}).data)


class Unlink(Pair):
    """Take a link back."""

    @extend_schema(
        operation_id="steps_unlink", summary="Take a link back", request=OtherIn,
        responses=StateOut,
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        found, other = self.pair(request, pk)
        actions.unlink(found.pk, by=request.user, to=other.pk)
        return self.told(request, found.pk)


class Repeat(Pair):
    """Mark as a repeat of an earlier, answered appeal."""

    @extend_schema(
        operation_id="steps_repeat", summary="Mark as a repeat", request=OtherIn,
        responses=StateOut,
    )  # fmt: skip
    def post(self, request: Request, pk: int) -> Response:
        found, earlier = self.pair(request, pk)
        actions.mark_repeat(found.pk, by=request.user, of=earlier.pk)
        return self.told(request, found.pk)


class TermOut(serializers.Serializer):
    """One clock of an appeal."""

    use = serializers.CharField()
    rule = serializers.CharField(allow_null=True, help_text="The code of the rule of the term.")
    quantity = serializers.IntegerField()
    unit = serializers.CharField()
    basis = serializers.CharField(help_text="The legal source.")
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    stopped_at = serializers.DateTimeField(allow_null=True)


class Terms(ApiView):
    """Every clock of an appeal with its rule and legal source."""

    tag = "appeals"
    reads = "appeals.read"
    roles = READERS

    @extend_schema(
        operation_id="appeals_terms",
        summary="The terms of an appeal",
        responses=TermOut(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        found = one(request.user, pk=pk)
        rows = Clock.objects.filter(appeal=found).select_related("rule").order_by("use", "id")
        told = [
            {
                "use": row.use, "rule": row.rule.code if row.rule else None,
                "quantity": row.quantity, "unit": row.unit, "basis": row.basis,
                "started_at": row.started_at, "due_at": row.due_at, "stopped_at": row.stopped_at,
            }
            for row in rows
        ]  # fmt: skip
        return Response(TermOut(told, many=True).data)


class ViewOut(serializers.Serializer):
    """A list kept under a name. `query` holds the parameters of `GET appeals/`."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    owner = PersonOut()
    shared_with = serializers.CharField(allow_blank=True, help_text="Empty, a role, or “everyone”.")
    query = serializers.SerializerMethodField()
    order = serializers.CharField(allow_blank=True)
    columns = serializers.ListField(child=serializers.CharField())

    def get_query(self, view: SavedView) -> dict[str, str]:
        kept = normal(view.query)
        code = kept.pop("tab", "")
        return {**({"list": code} if code else {}), **kept}


class Views(ApiList):
    """Saved views of the token's person: own and shared ones. Their rows are asked by their query,
    under the caller's own rights."""

    tag = "appeals"
    reads = "appeals.read"
    roles = READERS
    serializer_class = ViewOut
    order = ("id",)

    def get_queryset(self) -> QuerySet[SavedView]:
        if getattr(self, "swagger_fake_view", False):
            return SavedView.objects.none()
        rows: QuerySet[SavedView] = SavedView.objects.visible_to(self.request.user)
        return rows.select_related("owner")

    @extend_schema(operation_id="views_list", summary="Saved views")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

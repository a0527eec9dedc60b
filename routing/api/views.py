"""A structure's referrals: its lists, one of them, and who may execute."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from people.api.fields import PersonOut
from people.api.views import ApiList
from people.models import User
from routing.api import examples
from routing.api.base import StructureView, one, referrals_of
from routing.api.outputs import ReferralOut, ReferralRow
from routing.models import Referral
from routing.views.inbox import TABS

LISTS = {tab.code: tab for tab in TABS}


class Referrals(StructureView, ApiList):
    """The lists of the inbox."""

    serializer_class = ReferralRow

    @property
    def order(self) -> tuple[str, ...]:  # type: ignore[override]  # the list says its order
        return self._list().order

    def _list(self) -> Any:
        code = self.request.query_params.get("list", "open") if self.request else "open"
        if code not in LISTS:
            raise ValidationError({"list": ", ".join(LISTS)}, code="invalid_choice")
        return LISTS[code]

    def get_queryset(self) -> QuerySet[Referral]:
        if getattr(self, "swagger_fake_view", False):
            return Referral.objects.none()
        chosen = self._list()
        rows = chosen.rows(referrals_of(self.request), self.request.user)
        if chosen.order[0] == "due_at":
            rows = rows.filter(due_at__isnull=False)
        number = self.request.query_params.get("number", "")
        if "\0" in number:
            raise ValidationError({"number": "\\0"}, code="invalid")
        if number:
            rows = rows.filter(appeal__number=number)
        return rows.for_list().only(*ROW)

    @extend_schema(
        operation_id="referrals_list",
        summary="The structure's referrals",
        parameters=[
            OpenApiParameter("list", enum=list(LISTS), description="By default those still owed."),
            OpenApiParameter("number", description="The appeal's registration number, exactly."),
        ],
        examples=[examples.ROW],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


#: What a row tells.
ROW = (
    "status", "kind", "due_at", "sent_at", "answered_at", "version", "rework_count", "main_id",
    "structure_name", "is_late",
    "appeal__number", "appeal__kind", "appeal__topic__code", "appeal__topic__name_az",
    "appeal__topic__name_en", "appeal__topic__name_ru", "structure__code", "executor__first_name",
    "executor__last_name", "executor__username",
)  # fmt: skip


class OneReferral(StructureView):
    """Everything of one referral."""

    @extend_schema(
        operation_id="referrals_read",
        summary="One referral",
        description="Reading it by a program is no look: `seen` tells the sector that somebody read it.",
        responses=ReferralOut,
        examples=[examples.REFERRAL],
    )
    def get(self, request: Request, pk: int) -> Response:
        return Response(ReferralOut(one(request, pk), context={"request": request}).data)


class Executors(StructureView, ApiList):
    """Who works in the structure today."""

    serializer_class = PersonOut
    order = ("id",)

    def get_queryset(self) -> QuerySet[User]:
        if getattr(self, "swagger_fake_view", False):
            return User.objects.none()
        here = self.request.auth.structure.placements.on(timezone.localdate())
        return User.objects.filter(is_active=True, pk__in=here.values("user"))

    @extend_schema(
        operation_id="referrals_executors",
        summary="Who works in the structure today",
        examples=[examples.PERSON],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

"""Pages of the API: `?limit=` and the addresses of the next and the previous page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from callcenter.paging import BadCursor, Stretch, stretch

USUAL, MOST = 25, 100


class Keyset(BasePagination):
    """The view says its `order`; nothing is counted."""

    page: Stretch
    request: Request

    def paginate_queryset(
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        order = getattr(view, "order", ("id",))
        self.request = request
        try:
            self.page = stretch(
                queryset, order, request.query_params.get("cursor", ""), _size(request)
            )
        except BadCursor:
            raise ValidationError(
                {"cursor": _("Only the addresses of the answer before lead on.")}, code="cursor"
            ) from None
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "results": data,
                "next": self._address(self.page.next),
                "previous": self._address(self.page.previous),
            }
        )

    def _address(self, cursor: str) -> str | None:
        if not cursor:
            return None
        return replace_query_param(self.request.build_absolute_uri(), "cursor", cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address: dict[str, Any] = {"type": "string", "format": "uri", "nullable": True}
        further = "https://appeals.example.az/api/v1/…?cursor=WzAsMTAwLDEwMF0"
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {
                "results": schema,
                "next": {**address, "example": further},
                "previous": {**address, "example": None},
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
        return [
            {"name": "limit", "in": "query", "schema": limit, "description": "Rows of a page."},
            {
                "name": "cursor",
                "in": "query",
                "schema": {"type": "string"},
                "description": "Taken from `next` or `previous` of the answer before.",
            },
        ]


def _size(request: Request) -> int:
    given = request.query_params.get("limit", "")
    if not given:
        return USUAL
    if not (given.isascii() and given.isdigit() and len(given) <= 4 and 1 <= int(given) <= MOST):
        raise ValidationError(
            {"limit": _("Give a number from 1 to %(most)d.") % {"most": MOST}}, code="limit"
        )
    return int(given)

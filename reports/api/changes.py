"""Pages of rows that changed: in the order of their making, going on from where one stopped.

A page looks at a bounded stretch of rows, however few of them pass the filters or the caller's
rights: it may hold fewer rows than asked for, or none, while `next` still leads on.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

USUAL, MOST = 100, 1000
#: Rows one page looks at.
STRETCH = 20_000
LARGEST = 2**63 - 1


class Followed(Protocol):
    """A view whose rows are told in the order of their making."""

    clock: str

    def everything(self) -> QuerySet[Any]: ...


class Changes(BasePagination):
    """The view says the `clock` of its rows, a column that only grows, and `everything()`; the rows
    it gives are dictionaries that hold the clock."""

    request: Request
    cursor: int
    has_more: bool

    def paginate_queryset(
        self, queryset: QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        self.request = request
        followed = cast(Followed, view)
        clock = followed.clock
        since, size = _number(request, "cursor", 0, 0, LARGEST), _size(request)
        after = {f"{clock}__gt": since}
        ahead = followed.everything().filter(**after).order_by(clock)
        end = ahead.values_list(clock, flat=True)[STRETCH - 1 : STRETCH].first()
        rows = queryset.filter(**after).order_by(clock)
        if end is not None:
            rows = rows.filter(**{f"{clock}__lte": end})
        found = list(rows[: size + 1])
        is_full, found = len(found) > size, found[:size]
        self.has_more = is_full or end is not None
        last = found[-1][clock] if found else since
        self.cursor = end if end is not None and not is_full else last
        return found

    def get_paginated_response(self, data: Any) -> Response:
        address = self.request.build_absolute_uri()
        following = replace_query_param(address, "cursor", str(self.cursor))
        return Response(
            {
                "results": data,
                "next": following if self.has_more else None,
                "cursor": str(self.cursor),
            }
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        following = "https://appeals.example.az/api/v1/facts/appeals/?cursor=20417"
        return {
            "type": "object",
            "required": ["results", "next", "cursor"],
            "properties": {
                "results": schema,
                "next": {"type": "string", "format": "uri", "nullable": True, "example": following},
                "cursor": {
                    "type": "string",
                    "description": "Keep it: asked with it next time, only what changed since is told.",
                    "example": "20417",
                },
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
        return [
            {"name": "limit", "in": "query", "schema": limit, "description": "Rows of a page."},
            {
                "name": "cursor",
                "in": "query",
                "schema": {"type": "string", "pattern": "^[0-9]{1,18}$"},
                "description": "The `cursor` of the answer before; without it, from the beginning.",
            },
        ]


def _size(request: Request) -> int:
    return _number(request, "limit", USUAL, 1, MOST)


def _number(request: Request, name: str, usual: int, least: int, most: int) -> int:
    given = request.query_params.get(name, "")
    if not given:
        return usual
    is_number = given.isascii() and given.isdigit() and len(given) <= 18
    if not (is_number and least <= int(given) <= most):
        words = _("Give a number from %(least)d to %(most)d.") % {"least": least, "most": most}
        raise ValidationError({name: words}, code=name)
    return int(given)

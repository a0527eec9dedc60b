"""The views every API is built from, and the answer to addresses that are none."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils import translation
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, UnsupportedMediaType
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from people.api.auth import HasScope, TokenAuthentication
from people.api.idempotency import once
from people.api.paging import Keyset
from people.api.parsing import OnlyJson, StrictJson, is_utf8
from people.api.throttle import PerToken

LARGEST_KEY = 2**63 - 1


class ApiView(APIView):
    """Token, scope, allowance, the caller's language, and writing once per Idempotency-Key."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [HasScope]
    throttle_classes = [PerToken]
    parser_classes: Any = [StrictJson]
    content_negotiation_class = OnlyJson
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    #: Scopes a token must hold, and whether a call that writes must carry an Idempotency-Key.
    reads: ClassVar[str] = ""
    writes: ClassVar[str] = ""
    needs_key: ClassVar[bool] = False
    #: The group of the description the operation stands in.
    tag: ClassVar[str] = ""

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        if not is_utf8(request.content_params.get("charset") if request.content_params else None):
            # Whatever else reads the request must not trip over a codec that is no text.
            request.encoding = "utf-8"
            self.has_strange_letters = True
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "Accept-Language" not in request.headers:
            translation.activate(request.user.language)
        if getattr(self, "has_strange_letters", False):
            raise UnsupportedMediaType(request.content_type or "")
        if any(isinstance(key, int) and key > LARGEST_KEY for key in kwargs.values()):
            raise NotFound()
        name = (request.method or "").lower()
        handler = getattr(self, name, None)
        if handler is not None and request.method not in SAFE_METHODS:
            setattr(self, name, partial(self._once, handler))

    def _once(
        self, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        return once(self, request, partial(handler, request, *args, **kwargs))


class ApiList(ApiView, GenericAPIView):
    """Rows page by page: `get_queryset`, `serializer_class`, `order`, perhaps `filterset_class`."""

    pagination_class = Keyset
    order: ClassVar[tuple[str, ...]] = ("id",)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        serializer = self.get_serializer(page, many=True)
        return self.get_paginated_response(serializer.data)


@extend_schema(exclude=True)
class NoSuchAddress(ApiView):
    """Every address under the API that is none."""

    def _answer(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise NotFound()

    get = post = put = patch = delete = _answer

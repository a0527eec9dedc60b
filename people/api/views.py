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
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from people.api.auth import HasScope, TokenAuthentication
from people.api.idempotency import once
from people.api.paging import Keyset
from people.api.parsing import OnlyJson, StrictJson, TooLarge, is_utf8
from people.api.throttle import PerToken
from people.standing import standing_of

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
    #: Roles the call is for; to everybody else there is no such address.
    roles: ClassVar[frozenset[str]] = frozenset()
    #: False for answers that must not be kept, and for requests that change nothing.
    keeps: ClassVar[bool] = True
    #: Largest body, bytes; the usual one where it is 0.
    largest: ClassVar[int] = 0
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
        # A file's own rule about its size is told by its verb; this only keeps the disk from harm.
        if self.largest and int(request.META.get("CONTENT_LENGTH") or 0) > self.largest:
            raise TooLarge()
        if self.roles and not standing_of(request.user).has(*self.roles):
            raise NotFound()
        if any(isinstance(key, int) and key > LARGEST_KEY for key in kwargs.values()):
            raise NotFound()
        name = (request.method or "").lower()
        handler = getattr(self, name, None)
        if handler is not None and self.keeps and request.method not in SAFE_METHODS:
            setattr(self, name, partial(self._once, handler))

    def _once(
        self, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        return once(self, request, partial(handler, request, *args, **kwargs))


class ApiList(ApiView, ListModelMixin, GenericAPIView):
    """Rows page by page: `get_queryset`, `serializer_class`, `order`, perhaps `filterset_class`."""

    pagination_class = Keyset
    order: ClassVar[tuple[str, ...]] = ("id",)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)


@extend_schema(exclude=True)
class NoSuchAddress(ApiView):
    """Every address under the API that is none."""

    def _answer(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise NotFound()

    get = post = put = patch = delete = _answer

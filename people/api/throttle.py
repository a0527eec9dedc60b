"""How many requests a token may make in a minute; the answer beyond is 429 with Retry-After."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from people.limits import Spent, spend
from people.models import ApiToken

if TYPE_CHECKING:  # the framework reads this module while it loads its views
    from rest_framework.views import APIView


class PerToken(BaseThrottle):
    """The token's own number, or the usual one (API_PER_MINUTE)."""

    spent: Spent | None = None

    def allow_request(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, ApiToken):
            return True
        most = request.auth.per_minute or settings.API_PER_MINUTE
        self.spent = spend("api", str(request.auth.pk), most=most, seconds=60)
        return self.spent.is_within

    def wait(self) -> float | None:
        return float(self.spent.again_in) if self.spent is not None else None

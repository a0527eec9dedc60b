"""Who calls: a token in `Authorization: Bearer …`, acting as its owner within its scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from callcenter.addresses import address_of, neighbourhood
from people.actions.tokens import digest_of, use_token
from people.limits import spend
from people.models import ApiToken, User

if TYPE_CHECKING:  # the framework reads this module while it loads its views
    from rest_framework.views import APIView

#: Wrong tokens one address may try in a minute before it must wait.
MOST_WRONG = 30


class TokenAuthentication(BaseAuthentication):
    """Wrong, expired and revoked tokens are answered alike."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        kind, _space, secret = get_authorization_header(request).partition(b" ")
        if kind.lower() != b"bearer":
            return None
        address = address_of(request)
        token = (
            ApiToken.objects.select_related("user").filter(digest=digest_of(secret.strip())).first()
        )
        if token is None or not token.holds(timezone.now()):
            spent = spend("wrong_token", neighbourhood(address), most=MOST_WRONG, seconds=60)
            if not spent.is_within:
                raise Throttled(wait=spent.again_in)
            raise AuthenticationFailed(_("The token is unknown, expired or revoked."))
        user: User = token.user
        user.confined_to = token.structure_id
        use_token(token, address=address)
        return user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class ScopeMissing(PermissionDenied):
    default_code = "scope_missing"


class HasScope(BasePermission):
    """The view names the scope for reading and the one for writing."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, ApiToken):
            return False
        scope = scope_of(view, request.method or "")
        if scope and scope not in request.auth.scopes:
            raise ScopeMissing(_("The token lacks the scope “%(scope)s”.") % {"scope": scope})
        return True


def scope_of(view: APIView, method: str) -> str:
    """The scope a call needs; none for what every token may read."""
    return str(getattr(view, "reads" if method in SAFE_METHODS else "writes", ""))

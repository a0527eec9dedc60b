"""Which roles may open which pages. Unknown and forbidden look the same: 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from callcenter.errors import NotAllowed
from people.models import Role
from people.standing import standing_of

View = Callable[..., HttpResponse]

#: Those who keep the settings.
KEEPERS = frozenset({str(Role.ADMINISTRATOR)})


def only(roles: frozenset[str]) -> Callable[[View], View]:
    """Signed in, and holding one of the roles today."""

    def guard(view: View) -> View:
        @wraps(view)
        @login_required
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not standing_of(request.user).has(*roles):
                raise NotAllowed()
            return view(request, *args, **kwargs)

        return guarded

    return guard

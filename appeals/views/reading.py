"""Reading one appeal under the reader's rights."""

from __future__ import annotations

from django.http import HttpRequest

from appeals.models import Appeal
from callcenter.errors import NotAllowed


def one(request: HttpRequest, **key: object) -> Appeal:
    """The appeal, if the reader may see it; otherwise there is no such page."""
    rows = (
        Appeal.objects.visible_to(request.user)
        .defer("searched", "search")
        .select_related("topic", "region", "applicant", "owner", "responsible", "outcome")
        .filter(**key)
    )
    # The key names one at most: nothing to order. What few appeals have is read for those few.
    found = next(iter(rows[:1]), None)
    if found is None:
        raise NotAllowed()
    return found

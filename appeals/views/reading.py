"""Reading one appeal under the reader's rights."""

from __future__ import annotations

from django.http import HttpRequest

from appeals.models import Appeal
from callcenter.errors import NotAllowed


def one(request: HttpRequest, **key: object) -> Appeal:
    """The appeal, if the reader may see it; otherwise there is no such page."""
    found = (
        Appeal.objects.visible_to(request.user)
        .defer("searched", "search")
        .select_related(
            "topic", "region", "applicant", "owner", "responsible", "outcome", "ground",
            "complained_structure", "registered_by",
        )
        .filter(**key)
        .first()
    )  # fmt: skip
    if found is None:
        raise NotAllowed()
    return found

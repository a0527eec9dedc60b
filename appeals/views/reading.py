"""Reading one appeal under the reader's rights."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest

from appeals.models import Appeal
from callcenter.errors import NotAllowed
from callcenter.kept import Kept
from people.standing import Reader


def _asked(reader: Reader, **key: object) -> QuerySet[Appeal]:
    """The key names one at most: nothing to order. What few appeals have is read for those few."""
    return (
        Appeal.objects.visible_to(reader.user)
        .defer("searched", "search")
        .select_related(
            "topic",
            "region",
            "applicant",
            "owner",
            "responsible",
            "outcome",
            "complained_structure",
            "ground",
        )
        .filter(**key)[:1]
    )


_by_number, _by_key = Kept(_asked), Kept(_asked)


def one(request: HttpRequest, *, pk: int | None = None, number: str = "") -> Appeal:
    """The appeal, if the reader may see it; otherwise there is no such page."""
    reader = Reader.of(request.user)
    found = _by_number(reader, number=number) if pk is None else _by_key(reader, pk=pk)
    if not found:
        raise NotAllowed()
    return found[0]

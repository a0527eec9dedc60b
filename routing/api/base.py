"""What every call about referrals shares: only in the place of one structure."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from callcenter.errors import NotAllowed
from people.api.views import ApiView
from people.models import Role, User
from routing.models import Referral
from routing.querysets import ReferralQuerySet

STRUCTURES = frozenset({str(Role.STRUCTURE_USER), str(Role.STRUCTURE_HEAD)})


class StructureView(ApiView):
    """A token that is bound to no structure finds nothing here."""

    tag = "referrals"
    reads, writes = "referrals.read", "referrals.write"
    roles = STRUCTURES

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.auth.structure_id is None:
            raise NotFound()


def referrals_of(request: Request) -> ReferralQuerySet:
    """Those of the token's structure; a person complained about does not see the complaint."""
    rows: ReferralQuerySet = Referral.objects.visible_to(request.user)
    return rows.filter(structure_id=request.auth.structure_id)


def one(request: Request, pk: int) -> Referral:
    """The referral with what its page shows, if it is the structure's."""
    found = (
        referrals_of(request)
        .select_related(
            "appeal__topic", "structure", "executor", "belongs_to", "clock", "approved_by"
        )
        .defer("appeal__searched", "appeal__search")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise NotAllowed()
    return found


def person_of(user: User | None) -> dict[str, Any] | None:
    """A colleague as the API tells one."""
    return {"id": user.pk, "name": user.name} if user is not None else None

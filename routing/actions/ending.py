"""What happens to referrals still open when their appeal ends: they are taken back, by name."""

from __future__ import annotations

import datetime as dt

from appeals.endings import Belonging
from appeals.models import Appeal
from callcenter.kept import Kept
from people.models import User
from routing.actions.sector import withdraw
from routing.models import Referral


def open_of(appeal: Appeal) -> list[str]:
    """Who still owes something, and what."""
    return [f"{row.structure_name} ({row.get_kind_display()})" for row in _open(appeal)]


def finish(appeal: Appeal, by: User | None, reason: str, at: dt.datetime) -> None:
    """Each open referral is withdrawn for the reason the appeal ends; its clock stops with it."""
    for row in _open(appeal):
        # A part may have gone with its main executor's referral.
        if Referral.objects.open().filter(pk=row.pk).exists():
            withdraw(row.pk, by=by, reason=reason)


_open_of = Kept(
    lambda _fixed, appeal: Referral.objects.open().filter(appeal_id=appeal).order_by("id")
)


def _open(appeal: Appeal) -> list[Referral]:
    """What goes outside is open until its letter has gone (law 1308-IVQ, 7.10); from then on the
    outside body answers the applicant itself and owes us nothing."""
    return _open_of(appeal=appeal.pk)


REFERRALS = Belonging(open_of=open_of, finish=finish)

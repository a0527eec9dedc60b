"""Referrals in the hands of somebody who leaves: the heads of their structures name another executor."""

from __future__ import annotations

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people import alerts, leaving
from people.models import Placement, Position, User
from routing.models import Referral

LEFT = "executor.left"


def held(person: User) -> leaving.Held:
    """Referrals they execute, counted to the cap."""
    rows = Referral.objects.open().filter(executor=person).order_by()
    return leaving.Held(_("referrals to execute"), rows[: leaving.MOST_COUNTED].count())


def hand_over(person: User, by: User) -> None:
    """In each structure its heads and substitutes of the day are told of its own referrals only."""
    rows = Referral.objects.open().filter(executor=person).order_by()
    counts = dict(
        rows.values_list("structure").annotate(n=Count("pk")).values_list("structure", "n")
    )
    places = Placement.objects.on(timezone.localdate()).filter(
        structure__in=counts, position__in=(Position.HEAD, Position.SUBSTITUTE)
    )
    url = f"{reverse('inbox')}?list=open&executor={person.pk}"
    for place in places.select_related("user"):
        alerts.tell(
            place.user, LEFT, about=f"executor:{person.pk}", url=url, by=by,
            values={"n": counts[place.structure_id]},
        )  # fmt: skip


def install() -> None:
    """Called once, when the app is ready."""
    alerts.know({LEFT: _("%(by)s ended a colleague's access: referrals to hand over: %(n)s")})
    leaving.know("referrals", leaving.Hands(held, hand_over))

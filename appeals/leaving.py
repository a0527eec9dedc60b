"""Open appeals in the hands of somebody who leaves: the sector's heads hear and hand them over."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appeals.models import Appeal
from people import alerts, leaving
from people.models import Role, User
from people.standing import holders

LEFT = "owner.left"


def held(person: User) -> leaving.Held:
    """Appeals that are theirs to go on with, counted to the cap."""
    rows = Appeal.objects.open().filter(owner=person).order_by()
    return leaving.Held(_("open appeals"), rows[: leaving.MOST_COUNTED].count())


def hand_over(person: User, by: User) -> None:
    """Each head of the sector finds the list of what has no hands any more."""
    url = f"{reverse('appeals')}?tab=open&owner={person.pk}"
    alerts.tell(
        holders(Role.SECTOR_HEAD), LEFT, about=f"owner:{person.pk}", url=url, by=by,
        values={"n": held(person).count},
    )  # fmt: skip


def install() -> None:
    """Called once, when the app is ready."""
    alerts.know({LEFT: _("%(by)s ended a colleague's access: open appeals to hand over: %(n)s")})
    leaving.know("appeals", leaving.Hands(held, hand_over))

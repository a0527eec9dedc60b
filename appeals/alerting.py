"""What people are alerted of about appeals, and who may see such alerts."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appeals.models import Appeal, Notice
from people import alerts
from people.models import Role, User
from people.standing import holders

WORDS = {
    "appeal.given": _("%(by)s gave you appeal %(number)s"),
    "notice.undelivered": _("A notice did not reach the applicant: %(number)s"),
    "rating.low": _("A dissatisfied applicant: %(number)s"),
    "rating.complaint": _("A dissatisfied applicant complains in writing: %(number)s"),
    "bulk.checked": _("A step for %(n)s appeals waits for your word"),
    "bulk.done": _("A step for %(n)s appeals is done: see what became of each"),
}
#: What a notice says of itself when nothing leads to the applicant.
UNREACHABLE = "unreachable"


def about(appeal: Appeal) -> dict[str, object]:
    """What every alert about an appeal carries: grouped by it, opening its page, telling its number."""
    return {
        "about": f"appeal:{appeal.pk}",
        "url": appeal.get_absolute_url(),
        "values": {"number": appeal.number},
    }


def tell_undelivered(notice: Notice) -> None:
    """The head and the appeal's owner hear of a notice that no machine will deliver any more."""
    appeal = notice.appeal
    people = [*holders(Role.SECTOR_HEAD), *([appeal.owner] if appeal.owner else [])]
    told = about(appeal) | {"url": reverse("notice", args=[notice.pk])}
    alerts.tell(people, "notice.undelivered", **told)


def _visible(user: User, keys: set[str]) -> set[str]:
    wanted = [int(key) for key in keys if key.isdigit()]
    rows = Appeal.objects.visible_to(user).filter(pk__in=wanted)
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def install() -> None:
    """Called once, when the app is ready."""
    alerts.know(WORDS)
    alerts.guard("appeal", _visible)

"""What people are alerted of about appeals, and who may see such alerts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from appeals.models import Appeal
from people import alerts
from people.models import User

WORDS = {
    "appeal.given": _("%(by)s gave you appeal %(number)s"),
}


def about(appeal: Appeal) -> dict[str, object]:
    """What every alert about an appeal carries: grouped by it, opening its page, telling its number."""
    return {
        "about": f"appeal:{appeal.pk}",
        "url": appeal.get_absolute_url(),
        "values": {"number": appeal.number},
    }


def _visible(user: User, keys: set[str]) -> set[str]:
    wanted = [int(key) for key in keys if key.isdigit()]
    rows = Appeal.objects.visible_to(user).filter(pk__in=wanted)
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def install() -> None:
    """Called once, when the app is ready."""
    alerts.know(WORDS)
    alerts.guard("appeal", _visible)

"""What reception adds to the page and the journal of an appeal."""

from __future__ import annotations

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from appeals import panels, timeline
from appeals.reception.lifecycle import past_of
from appeals.reception.models import Reception
from appeals.reception.views import reception_panel
from callcenter.templatetags.formats import az_datetime
from people import alerts
from people.models import User

ALERTS = {
    "reception.booked": _("%(by)s put %(number)s down for a reception on %(at)s"),
    "reception.off": _("The reception of %(number)s on %(at)s is off"),
}


def _hour(told: str) -> str:
    return az_datetime(parse_datetime(told)) or told


def _outcome(code: str) -> str:
    return str(dict(Reception.Outcome.choices).get(code, code))


def _visible(user: User, keys: set[str]) -> set[str]:
    wanted = [int(key) for key in keys if key.isdigit()]
    rows = Reception.objects.visible_to(user).filter(pk__in=wanted)
    return {str(pk) for pk in rows.values_list("pk", flat=True)}


def install() -> None:
    """Called once, when the app is ready."""
    alerts.know(ALERTS)
    alerts.guard("reception", _visible)
    timeline.know_steps("reception", past_of)
    timeline.know_change("reception_at", _("reception"), _hour)
    timeline.know_change("reception_official", _("receives"), str)
    timeline.know_change("reception_outcome", _("outcome of the reception"), _outcome)
    panels.place(
        panels.Panel(
            "appeals/reception/_panel.html",
            data=reception_panel,
            side="side",
            order=70,
            # While it is open, somebody may be invited.
            needs=panels.Rows(Reception, or_when=lambda appeal: appeal.is_open),
        )
    )

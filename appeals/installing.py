"""What terms, the calendar, notices and receptions add to the rail, the appeal page, the journal."""

from __future__ import annotations

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from appeals import panels, timeline
from appeals.access import ADMINISTRATORS, READERS
from appeals.models.term import Clock, Extension
from appeals.views.terms import extension_panel, guard_panel, steps_panel
from callcenter import navigation
from callcenter.templatetags.formats import az_datetime


def install() -> None:
    """Called once from `AppConfig.ready`."""
    navigation.register(
        navigation.Section(
            _("Working calendar"), "calendar", roles=READERS | ADMINISTRATORS, group=4, order=60
        ),
        navigation.Section(
            _("Rules and dictionaries"), "dictionaries", key="g u", roles=ADMINISTRATORS,
            group=4, order=50,
        ),
    )  # fmt: skip
    panels.place(panels.Panel("appeals/_extension_panel.html", data=extension_panel, order=10))
    panels.place(panels.Panel("appeals/_guards_panel.html", data=guard_panel, order=12))
    steps = panels.Rows(Clock, only=(("use", Clock.Use.STEP),))
    panels.place(
        panels.Panel(
            "appeals/_steps_panel.html", data=steps_panel, side="side", order=58, needs=steps
        )
    )
    _words()


def _words() -> None:
    days = _("extension, working days")
    timeline.know_change("extension_asked", days, str)
    timeline.know_change("extension_granted", days, str)
    timeline.know_change(
        "extension_decided", _("extension"), lambda code: Extension.State(code).label
    )
    timeline.know_change("term_use", _("term"), lambda code: Clock.Use(code).label)
    timeline.know_change("term_due", _("due"), moment_words)


def moment_words(value: str) -> str:
    """A moment the journal holds as ISO, as people read it."""
    moment = parse_datetime(value)
    return az_datetime(moment) if moment is not None else value

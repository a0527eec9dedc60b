"""What terms, the calendar, notices and receptions add to the rail, the appeal page, the journal."""

from __future__ import annotations

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from appeals import leaving, panels, timeline
from appeals.access import ADMINISTRATORS, READERS
from appeals.models import Appeal, Applicant
from appeals.models.term import Clock, Extension
from appeals.views.terms import extension_panel, guard_panel, steps_panel
from callcenter import navigation
from callcenter.templatetags.formats import az_datetime
from people.models import User
from people.trail import know_object


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
    leaving.install()
    know_object("appeal", appeals_named)
    know_object("applicant", applicants_named)
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


def appeals_named(reader: User, refs: list[str]) -> dict[str, tuple[str, str]]:
    """Appeals the audit journal names, those the reader may open."""
    keys = [int(ref) for ref in refs if ref.isdigit()]
    rows = Appeal.objects.visible_to(reader).filter(pk__in=keys).only("number")
    return {str(row.pk): (row.number, row.get_absolute_url()) for row in rows}


def applicants_named(reader: User, refs: list[str]) -> dict[str, tuple[str, str]]:
    """Applicants the audit journal names: never by their name, which would be a look of its own."""
    keys = [int(ref) for ref in refs if ref.isdigit()]
    rows = Applicant.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", flat=True)
    return {
        str(pk): (_("applicant %(n)d") % {"n": pk}, reverse("applicant", args=[pk])) for pk in rows
    }

"""The app of appeals."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppealsConfig(AppConfig):
    name = "appeals"
    verbose_name = _("Appeals")

    def ready(self) -> None:
        from appeals import alerting, bulk, checks, installing, panels, timeline
        from appeals.access import DESK, HEADS, READERS, RECEIVERS
        from appeals.cards import file_words
        from appeals.dictionaries import DICTIONARIES
        from appeals.forms.bulk import BULK_VERBS
        from appeals.forms.relations import relation_words
        from appeals.models import Attachment, Notice, Rating
        from appeals.postal import letter_words, notice_told, notice_words, rating_words
        from appeals.reception.dictionary import OFFICIALS
        from appeals.reception.installing import install as install_reception
        from appeals.topic_lists import TOPIC_LISTS
        from appeals.views.files import FILES_PANEL, files_panel
        from appeals.views.notices import notices_panel
        from appeals.views.rating import rating_panel
        from appeals.views.relations import RELATED_PANEL, related_panel, related_rows
        from appeals.views.state import state_code_panel
        from callcenter import navigation
        from people.api.scopes import know_scope

        checks.install()
        alerting.install()
        bulk.know(*BULK_VERBS)
        timeline.know_change("file", _("file"), file_words)
        DICTIONARIES.update({each.slug: each for each in TOPIC_LISTS})
        timeline.know_steps("relation", relation_words)
        timeline.know_change("other", _("the other appeal"), str)
        panels.place(
            panels.Panel(
                RELATED_PANEL, data=related_panel, side="side", order=60, reads=related_rows()
            )
        )
        attached = (panels.Rows(Attachment),)
        panels.place(panels.Panel(FILES_PANEL, data=files_panel, order=55, reads=attached))
        panels.place(
            panels.Panel("appeals/_state_code.html", data=state_code_panel, side="side", order=10)
        )
        timeline.know_steps("letter", letter_words)
        timeline.know_steps("notice", notice_words)
        timeline.know_steps("rating", rating_words)
        timeline.know_change("letter", _("letter"), str)
        timeline.know_change("notice", _("notice"), notice_told)
        timeline.know_change("rating", _("rating"), str)
        panels.place(
            panels.Panel(
                "appeals/_notices_panel.html",
                data=notices_panel,
                side="side",
                order=70,
                needs=panels.Rows(Notice),
            )
        )
        panels.place(
            panels.Panel(
                "appeals/_rating_panel.html",
                data=rating_panel,
                side="side",
                order=65,
                needs=panels.Rows(Rating),
            )
        )
        know_scope("appeals.read", _("Read appeals"))
        know_scope("appeals.write", _("Register appeals and take their steps"))
        know_scope("applicants.read", _("Find and read applicants, masked"))
        know_scope("applicants.write", _("Add applicants"))
        know_scope("personal.read", _("See telephone numbers, FIN and addresses in full"))
        navigation.know_searchers(READERS)
        navigation.register(
            navigation.Section(_("Notices"), "notices", roles=DESK, group=1, order=60),
            navigation.Section(_("Letters"), "letters", roles=DESK, group=1, order=62),
            navigation.Section(
                _("Dissatisfied"), "dissatisfied", roles=HEADS, group=1, order=64,
            ),
        )  # fmt: skip
        navigation.register(
            navigation.Section(_("Desk"), "desk", key="g d", roles=DESK, group=1, order=10),
            navigation.Section(
                _("Appeals"), "appeals", key="g a", roles=READERS, group=1, order=20
            ),
        )
        navigation.place(navigation.BarPart("appeals/_new.html", roles=DESK, order=10))
        DICTIONARIES[OFFICIALS.slug] = OFFICIALS
        navigation.register(
            navigation.Section(
                _("Receptions"), "receptions", key="g q", roles=RECEIVERS, group=1, order=60
            )
        )
        install_reception()
        installing.install()

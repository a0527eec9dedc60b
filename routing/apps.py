"""The app of the structures' work."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutingConfig(AppConfig):
    name = "routing"
    verbose_name = _("Structures' work")

    def ready(self) -> None:
        from appeals import bulk, endings, panels, recomputing, sharing, timeline
        from appeals.access import INSIDERS, READERS
        from appeals.search import know_place
        from callcenter import navigation
        from people.access import KEEPERS
        from people.api.scopes import know_scope
        from routing import alerting, checks, leaving, receivers  # noqa: F401  receivers connect by being imported
        from routing.actions.ending import REFERRALS
        from routing.actions.terms import follow_clock
        from routing.edms.models import EdmsMemo
        from routing.edms.views import memos_panel
        from routing.edms.wording import step_words as memo_words
        from routing.forms.many import REFER_MANY
        from routing.kinds import kind_words
        from routing.lifecycle import STRUCTURE, status_words, step_words
        from routing.models import Referral
        from routing.reminders.actions import KEEPERS as LADDER_KEEPERS
        from routing.reminders.models import Reminder
        from routing.reminders.views import READERS as ALARMED
        from routing.reminders.views import reminders_panel
        from routing.rules.actions import AUTHORS
        from routing.rules.offers import reasons_of
        from routing.sharing import files_of_referrals
        from routing.views.asking import REFERRALS_PANEL, referrals_panel

        know_scope("referrals.read", _("Read a structure's referrals"))
        know_scope("referrals.write", _("Accept, return and answer a structure's referrals"))
        checks.install()
        alerting.install()
        leaving.install()
        bulk.know(REFER_MANY)
        know_place("inbox", STRUCTURE)
        sent = (panels.Rows(Referral),)
        panels.place(panels.Panel(REFERRALS_PANEL, data=referrals_panel, order=51, reads=sent))
        # What comes next stands there too, until the appeal ends.
        reminded = panels.Rows(Reminder, or_when=lambda appeal: appeal.is_open)
        panels.place(
            panels.Panel(
                "routing/_reminders_panel.html", data=reminders_panel, side="side", needs=reminded
            )
        )
        navigation.register(
            navigation.Section(
                _("Document circulation"), "memos", roles=INSIDERS, group=2, order=50
            ),
            navigation.Section(_("Alarms"), "alarms", roles=ALARMED, group=1, order=40),
            navigation.Section(
                _("Ladder of reminders"), "ladder", roles=LADDER_KEEPERS, group=3, order=25
            ),
        )
        memos = panels.Rows(EdmsMemo)
        panels.place(
            panels.Panel("routing/_memos_panel.html", data=memos_panel, order=52, needs=memos)
        )
        timeline.know_steps("edms", memo_words)
        timeline.know_change("memo", _("memo"), str)
        timeline.know_change("edms_number", _("number there"), str)
        roles = {"structure_user", "structure_head"}
        navigation.register(
            navigation.Section(_("Inbox"), "inbox", key="g i", roles=roles, group=1, order=20)
        )
        keepers = READERS | KEEPERS
        navigation.register(
            navigation.Section(_("Structures"), "structures", roles=keepers, group=9, order=30)
        )
        endings.know("referrals", REFERRALS)
        recomputing.know_follower(follow_clock)
        sharing.know("referrals", files_of_referrals)
        timeline.know_steps("referral", step_words)
        timeline.know_change("referral_status", _("referral"), status_words)
        timeline.know_change("referral_kind", _("what for"), kind_words)
        timeline.know_change("heir", _("successor"), str)
        timeline.know_steps("rule", lambda code: _("The rules of distribution decided"))
        timeline.know_change("rule", _("rule"), str)
        timeline.know_change("rule_reasons", _("because of"), reasons_of)
        timeline.know_change("offered_structure", _("offered structure"), str)
        timeline.know_change("confidence", _("confidence"), str)
        navigation.register(
            navigation.Section(
                _("Distribution"), "rules", key="g u", roles=AUTHORS, group=3, order=20
            )
        )

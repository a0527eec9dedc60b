"""The app of the structures' work."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutingConfig(AppConfig):
    name = "routing"
    verbose_name = _("Structures' work")

    def ready(self) -> None:
        from appeals import endings, recomputing, sharing, timeline
        from callcenter import navigation
        from routing import checks
        from routing.actions.ending import REFERRALS
        from routing.actions.terms import follow_clock
        from routing.kinds import kind_words
        from routing.lifecycle import status_words, step_words
        from routing.sharing import files_of_referrals

        checks.install()
        roles = {"structure_user", "structure_head"}
        navigation.register(
            navigation.Section(_("Inbox"), "inbox", key="g i", roles=roles, group=1, order=20)
        )
        endings.know("referrals", REFERRALS)
        recomputing.know_follower(follow_clock)
        sharing.know("referrals", files_of_referrals)
        timeline.know_steps("referral", step_words)
        timeline.know_change("referral_status", _("referral"), status_words)
        timeline.know_change("referral_kind", _("what for"), kind_words)

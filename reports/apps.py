"""The app `reports`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from callcenter import navigation

        roles = {"sector_head", "management", "auditor"}
        navigation.register(
            navigation.Section(_("Reports"), "reports", key="g r", roles=roles, group=2, order=40)
        )

"""The sector head's desk."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SectorConfig(AppConfig):
    name = "sector"
    verbose_name = _("Sector")

    def ready(self) -> None:
        from callcenter import navigation

        roles = {"sector_head", "management"}
        navigation.register(
            navigation.Section(_("Today"), "today", key="g t", roles=roles, group=1, order=5)
        )

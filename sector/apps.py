"""The sector head's desk."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SectorConfig(AppConfig):
    name = "sector"
    verbose_name = _("Sector")

    def ready(self) -> None:
        from callcenter import navigation
        from sector.access import OPERATORS, READERS, STRUCTURES, WATCHERS

        navigation.register(
            navigation.Section(_("Today"), "today", key="g t", roles=WATCHERS, group=1, order=5),
            navigation.Section(
                _("Review"), "review", key="g v", roles=READERS - {"operator"}, group=2, order=30
            ),
            navigation.Section(
                _("My day"), "my-day", key="g m", roles=OPERATORS, group=2, order=31
            ),
            navigation.Section(
                _("Our figures"), "our-figures", key="g o", roles=STRUCTURES, group=2, order=32
            ),
            navigation.Section(
                _("Discipline of terms"),
                "discipline",
                roles=(READERS - {"operator"}) | STRUCTURES,
                group=2,
                order=34,
            ),
            navigation.Section(
                _("Figures"), "figures", key="g f", roles=READERS, group=2, order=33
            ),
        )

"""The app of appeals."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppealsConfig(AppConfig):
    name = "appeals"
    verbose_name = _("Appeals")

    def ready(self) -> None:
        from appeals import checks
        from appeals.access import DESK, READERS
        from callcenter import navigation

        checks.install()
        navigation.register(
            navigation.Section(_("Desk"), "desk", key="g d", roles=DESK, group=1, order=10),
            navigation.Section(
                _("Appeals"), "appeals", key="g a", roles=READERS, group=1, order=20
            ),
        )

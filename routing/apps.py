"""The app of the structures' work."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutingConfig(AppConfig):
    name = "routing"
    verbose_name = _("Structures' work")

    def ready(self) -> None:
        from routing import checks

        checks.install()

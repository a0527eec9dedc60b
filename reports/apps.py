"""The app `reports`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        from appeals import exports, narrowing
        from callcenter import navigation
        from people import alerts
        from people.api.scopes import know_scope
        from reports.figures import catalogue  # noqa: F401 (declares the figures)
        from reports.figures.narrowing import narrow
        from reports.policies import exports_seen_by, seen_by
        from reports.views.exports import export_address

        narrowing.register("figure", narrow)
        exports.know("rows", export_address)
        know_scope("figures.read", _("Read figures"))
        know_scope("facts.read", _("Read facts row by row"))

        roles = {"sector_head", "management", "auditor"}
        navigation.register(
            navigation.Section(_("Reports"), "reports", key="g r", roles=roles, group=2, order=40),
            navigation.Section(
                _("Blocks of reports"),
                "report-blocks-monthly",
                roles={"administrator"},
                group=3,
                order=30,
            ),
        )
        alerts.know(
            {
                "report.built": _("Report № %(number)s is built"),
                "export.ready": _("The export (%(format)s) is ready"),
                "export.failed": _("The export (%(format)s) could not be written"),
                "report.failed": _("Report № %(number)s could not be built"),
                "report.presented": _("%(by)s presented report № %(number)s to you"),
            }
        )
        alerts.guard("report", seen_by)
        alerts.guard("export", exports_seen_by)

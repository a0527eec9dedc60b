"""Addresses of the reports."""

from django.urls import path

from reports.periods import Sort
from reports.views import blocks, exports, lists, own, page, referrals, steps

urlpatterns = [
    path("figures/referrals/", referrals.referrals, name="figure-referrals"),
    path("reports/", lists.reports, name="reports"),
    path("reports/blocks/", blocks.blocks, {"sort": Sort.MONTHLY}, name="report-blocks-monthly"),
    path("reports/blocks/<slug:sort>/", blocks.blocks, name="report-blocks"),
    path("reports/own/", own.own_reports, name="own-reports"),
    path("reports/own/new/", own.own_report, name="own-report-new"),
    path("reports/own/<int:report_id>/", own.own_report, name="own-report"),
    path("reports/own/<int:report_id>/delete/", own.own_delete, name="own-report-delete"),
    path("reports/own/<int:report_id>/report.<slug:format>", own.own_file, name="own-report-file"),
    path("reports/exports/", exports.exports, name="exports"),
    path("reports/exports/<uuid:client_id>/", exports.export, name="export"),
    path("reports/exports/<uuid:client_id>/file", exports.export_file, name="export-file"),
    path("reports/<int:run_id>/", page.report, name="report"),
    path("reports/<int:run_id>/progress/", page.progress, name="report-progress"),
    path("reports/<int:run_id>/report.<slug:format>", page.download, name="report-file"),
    path("reports/<int:run_id>/comment/", steps.comment, name="report-comment"),
    path("reports/<int:run_id>/comment/keep/", steps.keep, name="report-keep"),
    path("reports/<int:run_id>/comment/drop/", steps.drop, name="report-drop"),
    path("reports/<int:run_id>/<slug:code>/", steps.step, name="report-step"),
]

"""Addresses of the reports."""

from django.urls import path

from reports.views import lists, page

urlpatterns = [
    path("reports/", lists.reports, name="reports"),
    path("reports/<int:run_id>/", page.report, name="report"),
    path("reports/<int:run_id>/progress/", page.progress, name="report-progress"),
    path("reports/<int:run_id>/report.<slug:format>", page.download, name="report-file"),
]

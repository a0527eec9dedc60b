"""Addresses under /api/v1/."""

from django.urls import path

from reports.api import facts, figures

urlpatterns = [
    path("figures/", figures.Catalogue.as_view(), name="api-figures"),
    path("figures/<slug:code>/", figures.OneFigure.as_view(), name="api-figure"),
    path("facts/appeals/", facts.Appeals.as_view(), name="api-facts-appeals"),
    path("facts/referrals/", facts.Referrals.as_view(), name="api-facts-referrals"),
    path("facts/steps/", facts.Steps.as_view(), name="api-facts-steps"),
    path("facts/open-days/", facts.OpenDays.as_view(), name="api-facts-open-days"),
]

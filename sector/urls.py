"""Addresses of the dashboards."""

from django.urls import path

from sector import views

urlpatterns = [
    path("today/", views.today, name="today"),
    path("review/", views.review, name="review"),
    path("figures/", views.catalogue, name="figures"),
    path("figures/discipline/", views.discipline, name="discipline"),
    path("figures/ours/", views.our_figures, name="our-figures"),
    path("figures/my-day/", views.my_day, name="my-day"),
    path("figures/of/<slug:code>/", views.one, name="figure"),
]

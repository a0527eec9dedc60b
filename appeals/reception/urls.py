"""Addresses of reception."""

from django.urls import path

from appeals.reception import views

urlpatterns = [
    path("receptions/", views.calendar, name="receptions"),
    path("receptions/month/", views.month, name="reception-month"),
    path("receptions/day/<str:date>/", views.day, name="reception-day"),
    path("receptions/hours/new/", views.slots_new, name="reception-slots-new"),
    path("receptions/hours/<int:pk>/", views.slot, name="reception-slot"),
    path("receptions/<int:pk>/", views.reception, name="reception"),
    path("receptions/<int:pk>/do/<slug:code>/", views.reception_do, name="reception-do"),
    path("receptions/feeds/", views.feeds, name="reception-feeds"),
    path("receptions/feeds/<int:pk>/revoke/", views.feed_revoke, name="reception-feed-revoke"),
    path("receptions/feeds/<str:secret>.ics", views.feed, name="reception-feed"),
    path("appeal/<int:pk>/reception/", views.book, name="reception-book"),
    path("state/reception/", views.answer, name="state-reception"),
]

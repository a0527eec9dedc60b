"""Addresses of the structures' work."""

from django.urls import path

from routing import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/accept/", views.inbox_accept, name="inbox-accept"),
    path("inbox/<int:pk>/", views.referral, name="referral"),
    path("inbox/<int:pk>/draft/", views.referral_draft, name="referral-draft"),
    path("inbox/<int:pk>/files/", views.referral_files, name="referral-files"),
    path("inbox/<int:pk>/do/<slug:action>/", views.referral_do, name="referral-do"),
    path("appeals/<int:pk>/refer/", views.refer, name="refer"),
]

"""Addresses of signing in and out, the first page, and alerts."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from people import views

# Whoever is signed in already goes on: the sign-in dialog over a page relies on it.
sign_in = LoginView.as_view(template_name="people/sign_in.html", redirect_authenticated_user=True)

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", sign_in, name="sign-in"),
    path("alerts/", views.alerts, name="alerts"),
    path("alerts/bell/", views.alerts_bell, name="alerts-bell"),
    path("alerts/read/", views.alerts_read, name="alerts-read"),
    path("alerts/<int:pk>/", views.alert_open, name="alert-open"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke/", views.token_revoke, name="token-revoke"),
]

"""Addresses of signing in and out, the first page, alerts; of users, tokens and the audit journal."""

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
    path("me/", views.own_page, name="own-page"),
    path("users/", views.users, name="users"),
    path("users/new/", views.user_new, name="user-new"),
    path("users/<int:pk>/", views.user, name="user"),
    path("users/<int:pk>/password/", views.user_password, name="user-password"),
    path("users/<int:pk>/leave/", views.user_leave, name="user-leave"),
    path("users/<int:pk>/back/", views.user_back, name="user-back"),
    path("users/<int:pk>/let-in/", views.user_let_in, name="user-let-in"),
    path("users/<int:pk>/deputies/", views.user_delegate, name="user-delegate"),
    path("users/deputies/<int:pk>/end/", views.delegation_end, name="delegation-end"),
    path("audit/", views.trail, name="audit"),
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/<int:pk>/revoke/", views.token_revoke, name="token-revoke"),
]

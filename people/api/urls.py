"""Addresses of the description, of the caller itself, and of nothing."""

from django.urls import path, re_path

from people.api.describe import Description, docs
from people.api.me import Me
from people.api.views import NoSuchAddress

urlpatterns = [
    path("schema/", Description.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    path("v1/me/", Me.as_view(), name="api-me"),
    re_path(r"^[\s\S]*$", NoSuchAddress.as_view()),
]

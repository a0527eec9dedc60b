"""Addresses of the sector head's desk."""

from django.urls import path

from sector import views

urlpatterns = [path("today/", views.today, name="today")]

"""The app `sector`."""

from django.apps import AppConfig


class SectorConfig(AppConfig):
    name = "sector"

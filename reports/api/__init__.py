"""Figures and facts for other programs, such as a BI tool; docs/api.md."""

from reports.api.urls import urlpatterns

__all__ = ["urlpatterns"]

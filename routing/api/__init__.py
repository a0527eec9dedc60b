"""Referrals for a structure's own system: its inbox, its steps, its files; docs/api.md."""

from routing.api.urls import urlpatterns

__all__ = ["urlpatterns"]

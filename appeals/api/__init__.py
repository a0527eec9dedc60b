"""Appeals for other programs: the pages' own verbs, filters and rights; docs/api.md."""

from appeals.api.urls import urlpatterns

__all__ = ["urlpatterns"]

"""Every address of the service; each app brings its own."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from callcenter import styleguide

urlpatterns = [
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/topics/", styleguide.topics, name="styleguide-topics"),
    *(
        path("", include(f"{app}.urls"))
        for app in ("people", "appeals", "routing", "reports", "sector")
        if find_spec(f"{app}.urls")
    ),
]

"""Every address of the service; each app brings its own."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from callcenter import styleguide

handler500 = "callcenter.problems.server_error"
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
    # Each app's api.py brings its addresses; what is none of them is a problem, not a page.
    *(
        path("api/v1/", include(f"{app}.api"))
        for app in ("appeals", "routing", "reports", "sector")
        if find_spec(f"{app}.api")
    ),
    path("api/", include("people.api.urls")),
]

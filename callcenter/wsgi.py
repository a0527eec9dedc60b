"""For servers that speak WSGI only; the live stream needs callcenter.asgi."""

import os

from django.core.wsgi import get_wsgi_application

from callcenter import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")
embedded.start()
application = get_wsgi_application()

"""For servers that speak WSGI only; the live stream needs callcenter.asgi."""

import codecs
import os
from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

from callcenter import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callcenter.settings")
embedded.start()
django.setup(set_prefix=False)


class TextRequest(WSGIRequest):
    """A charset that is a codec but no text (base64, rot13) would break whatever reads the request."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        kind, parameters = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        if _is_text(parameters.get("charset", "utf-8")):
            super()._set_content_type_params(meta)
        else:
            self.content_type, self.content_params = kind, parameters


def _is_text(charset: str) -> bool:
    try:
        return bool(codecs.lookup(charset)._is_text_encoding)
    except LookupError:
        return False


class Handler(WSGIHandler):
    request_class = TextRequest


application = Handler()

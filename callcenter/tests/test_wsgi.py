"""What the server itself hands over, before any page sees it."""

from __future__ import annotations

import io
from wsgiref.util import setup_testing_defaults

import pytest

from callcenter.wsgi import application


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ["base64", "rot13", "nothing", "utf-8", "latin-1"])
def test_a_charset_that_is_no_text_breaks_no_page(charset):
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/sign-in/", "QUERY_STRING": "next=%C9%99&a=%FF",
        "CONTENT_TYPE": f"text/plain; charset={charset}", "wsgi.input": io.BytesIO(b""),
    }  # fmt: skip
    setup_testing_defaults(environ)
    told: list[str] = []
    application(environ, lambda status, headers: told.append(status))
    assert told == ["200 OK"]

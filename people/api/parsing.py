"""Reading what was sent: JSON in UTF-8, of a bounded size, nothing that is not JSON."""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import IO, Any, NoReturn

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

#: Deepest nesting of what is sent; nothing here needs more.
DEEPEST = 20
#: Halves of letters and NUL: neither the database nor an answer can hold them.
NO_TEXT = re.compile("[\0\ud800-\udfff]")


class TooLarge(APIException):
    status_code = 413
    default_detail = _("What was sent is too large.")
    default_code = "too_large"


class StrictJson(BaseParser):
    """RFC 8259: UTF-8, no NaN, no nesting that exhausts the stack."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise TooLarge()
        try:
            read = json.loads(raw.decode("utf-8"), parse_constant=_not_json, parse_float=_finite)
        except (ValueError, RecursionError):
            raise ParseError(_("This is not JSON in UTF-8.")) from None
        if flaw := _flaw(read):
            raise ParseError(flaw)
        return read


def _not_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _finite(written: str) -> float:
    read = float(written)
    if not math.isfinite(read):
        raise ValueError(f"{written} is beyond what a number holds")
    return read


def _flaw(read: object) -> str | Promise:
    """What makes a document unusable anywhere here, found without recursion; nothing if sound."""
    level, within = 0, [read]
    while within:
        level += 1
        if level > DEEPEST:
            return _("This is nested too deeply.")
        inner: list[object] = []
        for one in within:
            if isinstance(one, Mapping):
                inner += [*one.keys(), *one.values()]
            elif isinstance(one, str):
                if NO_TEXT.search(one):
                    return _("There is a sign in it that is no text.")
            elif isinstance(one, Sequence):
                inner += one
        within = inner
    return ""


def is_utf8(charset: str | None) -> bool:
    """True for what a request may say of its letters; codecs that are no text are refused too."""
    if not charset:
        return True
    try:
        return codecs.lookup(charset).name == "utf-8"
    except LookupError:
        return False


class OnlyJson(BaseContentNegotiation):
    """The API speaks JSON whatever is asked for, so no answer is lost to a strange Accept."""

    def select_parser(self, request: Request, parsers: Sequence[BaseParser]) -> BaseParser | None:
        given = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == given), None)

    def select_renderer(
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers), JSONRenderer())
        return renderer, renderer.media_type

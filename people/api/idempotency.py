"""A request with an Idempotency-Key happens once, however often it is sent.

The step, its journal and the kept answer are one transaction: after a crash either all of it is
there, or nothing is and the request may be sent again. While one request runs, a second with the
same key is told to wait. Rows are kept for KEPT_FOR and then swept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, ParseError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from callcenter.errors import RuleBroken
from people.models import ApiAnswer, ApiToken

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,255}")
#: How long the same request gets the same answer.
KEPT_FOR = dt.timedelta(hours=48)
#: These say nothing about the request itself: the next attempt is a new one.
PASSING = frozenset({429, 503})
KEPT_HEADERS = ("Location",)


class KeyReused(APIException):
    status_code = 422
    default_detail = gettext_lazy("This Idempotency-Key was used for another request.")
    default_code = "key_reused"


class InProgress(APIException):
    status_code = 409
    default_detail = gettext_lazy("The same request is being answered now. Ask again in a moment.")
    default_code = "in_progress"


def key_of(request: Request) -> str:
    """The key of the request, or nothing; a key that cannot be one is refused."""
    given = request.headers.get(HEADER, "").strip()
    if len(given) > 2 and given[0] == given[-1] == '"':
        given = given[1:-1]
    if given and not KEY.fullmatch(given):
        raise ParseError(_("An Idempotency-Key has 1 to 255 visible ASCII characters."))
    return given


def once(view: APIView, request: Request, handle: Callable[[], Response]) -> Response:
    """Answer a request that writes: again what was answered, else now, keeping the answer."""
    token, key = request.auth, key_of(request)
    if not key and getattr(view, "needs_key", False):
        raise ParseError(_("Give an Idempotency-Key: a request that creates happens once."))
    if not key or not isinstance(token, ApiToken):
        return handle()
    digest = _digest(request)
    with transaction.atomic():
        if not _held(token, key):
            raise InProgress()
        kept = ApiAnswer.objects.filter(token=token, key=key).first()
        if kept is not None:
            if kept.digest != digest:
                raise KeyReused()
            return _again(kept)
        try:
            response = handle()
        except (APIException, RuleBroken, Http404, PermissionDenied) as refused:
            response = view.handle_exception(refused)
        if response.status_code not in PASSING:
            ApiAnswer.objects.create(
                token=token, key=key, digest=digest, status=response.status_code,
                headers={name: response[name] for name in KEPT_HEADERS if name in response},
                body=_written(response),
            )  # fmt: skip
    return response


def _written(response: Response) -> str:
    return "" if response.data is None else JSONRenderer().render(response.data).decode()


def _again(kept: ApiAnswer) -> Response:
    response = Response(
        json.loads(kept.body) if kept.body else None, status=kept.status, headers=kept.headers
    )
    if kept.status >= 400:
        response.content_type = "application/problem+json"
    response["Idempotent-Replayed"] = "true"
    return response


def _held(token: ApiToken, key: str) -> bool:
    """Hold the key until the transaction ends; False while another request holds it."""
    name = hashlib.sha256(f"api.{token.pk}.{key}".encode()).digest()[:8]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s)", [int.from_bytes(name, "big", signed=True)]
        )
        return bool(cursor.fetchone()[0])


def _digest(request: Request) -> str:
    """What makes two requests the same: method, address, and every byte that was sent."""
    made = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if (request.content_type or "").startswith("multipart/"):
        # The boundary between parts differs each time; the parts do not.
        for name, values in sorted(request._request.POST.lists()):
            made.update(json.dumps([name, values]).encode())
        for name, file in sorted(request._request.FILES.items()):
            made.update(json.dumps([name, file.name, file.size]).encode())
            for chunk in file.chunks():
                made.update(chunk)
            file.seek(0)
    else:
        made.update(request._request.body)
    return made.hexdigest()


def sweep() -> int:
    """Forget answers nobody will ask for again."""
    return ApiAnswer.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()[0]

"""What the SMS gateway tells by itself: signed, fresh, and safe to repeat."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from appeals.actions.receipts import MOST, take_receipts
from callcenter.errors import NotAllowed

#: A signature older or younger than this, in seconds, is not believed: nobody replays a call.
FRESH = 300
LARGEST = 1024 * 1024


@csrf_exempt
@require_POST
def gateway_sms(request: HttpRequest) -> JsonResponse:
    """Receipts, one {"key" or "id", "state", "error"} or a list of them.

    `X-Signature` is the hexadecimal HMAC-SHA256 of "<X-Timestamp>.<body>" under SMS_RECEIPTS_SECRET.
    Without the secret, and to whoever signs wrongly, there is no such page.
    """
    body = _believed(request)
    try:
        told = json.loads(body)
    except ValueError:
        return JsonResponse({"error": "not_json"}, status=400)
    rows = told if isinstance(told, list) else [told]
    if len(rows) > MOST or not all(isinstance(row, dict) for row in rows):
        return JsonResponse({"error": "not_receipts", "most": MOST}, status=400)
    return JsonResponse({"known": take_receipts(rows), "told": len(rows)})


def _believed(request: HttpRequest) -> bytes:
    secret = settings.SMS_RECEIPTS_SECRET
    stamp = request.headers.get("X-Timestamp", "")
    if not secret or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        raise NotAllowed()
    body = request.body
    if abs(time.time() - int(stamp)) > FRESH or len(body) > LARGEST:
        raise NotAllowed()
    signed = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not constant_time_compare(signed, request.headers.get("X-Signature", "")):
        raise NotAllowed()
    return body

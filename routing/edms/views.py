"""The outbox of memos, one memo with its files and messages, and the door of the other side."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from appeals.access import INSIDERS, only
from appeals.models import Appeal
from callcenter.errors import NotAllowed, RuleBroken
from callcenter.paging import BadCursor, stretch
from people.audit import audit
from people.models import User
from people.standing import standing_of
from routing.edms.actions import SENDERS, resend
from routing.edms.backends import signature
from routing.edms.forms import HandForm
from routing.edms.lifecycle import MemoState
from routing.edms.models import EdmsFile, EdmsMemo, EdmsMessage
from routing.edms.receiving import Way, receive, record_by_hand
from routing.edms.wording import reason_words
from routing.tasks import send_memo

PAGE = 50
#: A signature older or younger than this, in seconds, is not believed.
FRESH = 300
LARGEST = 1024 * 1024
TYPES = {
    "memo.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "memo.pdf": "application/pdf",
    "meta.json": "application/json",
    "meta.xml": "application/xml",
}
#: Messages shown beside a memo, and those that name none, on the list.
MOST_MESSAGES = 50
MOST_STRANGE = 10


def seen_memos(user: User) -> QuerySet[EdmsMemo]:
    """Memos of the appeals the reader sees."""
    return EdmsMemo.objects.filter(appeal__in=Appeal.objects.visible_to(user))


@only(INSIDERS)
@require_GET
def memos(request: HttpRequest) -> HttpResponse:
    """All memos, the newest first, or those in one state."""
    state = request.GET.get("state", "")
    rows = seen_memos(request.user).select_related("appeal", "referral")
    if state in MemoState.values:
        rows = rows.filter(state=state)
    try:
        page = stretch(rows, ("-created_at", "-id"), request.GET.get("at", ""), PAGE)
    except BadCursor as bad:
        raise NotAllowed() from bad
    kept = f"state={state}&" if state in MemoState.values else ""
    context = {
        "page": page,
        "tabs": [
            {"label": _("All"), "url": "?", "current": state not in MemoState.values},
            *(
                {"label": label, "url": f"?state={code}", "current": code == state}
                for code, label in MemoState.choices
            ),
        ],
        "strange": _told(
            EdmsMessage.objects.filter(memo__isnull=True, outcome="refused")[:MOST_STRANGE]
        ),
        "next_url": f"?{kept}at={page.next}" if page.next else "",
        "previous_url": f"?{kept}at={page.previous}" if page.previous else "",
    }
    return render(request, "routing/memos.html", context)


def _told(rows: QuerySet[EdmsMessage]) -> list[EdmsMessage]:
    found = list(rows)
    for row in found:
        row.reason_words = reason_words(row.reason) if row.reason else ""
    return found


def _found(request: HttpRequest, pk: int) -> EdmsMemo:
    rows = seen_memos(request.user).select_related("appeal", "referral")
    return get_object_or_404(rows, pk=pk)


@only(INSIDERS)
@require_GET
def memo(request: HttpRequest, pk: int) -> HttpResponse:
    """What was written, where it is, and what came back."""
    return memo_page(request, _found(request, pk))


def memo_page(request: HttpRequest, found: EdmsMemo, form: HandForm | None = None) -> HttpResponse:
    is_sender = standing_of(request.user).has(*SENDERS)
    over = (MemoState.ANSWERED, MemoState.WITHDRAWN, MemoState.UNPROCESSED)
    context: dict[str, Any] = {
        "memo": found,
        "files": found.files.defer("content"),
        "told": _told(found.messages.select_related("by").order_by("-id")[:MOST_MESSAGES]),
        "may_resend": is_sender and found.state in (MemoState.FAILED, MemoState.SENT),
        "form": form or (HandForm(memo=found) if is_sender and found.state not in over else None),
    }
    return render(request, "routing/memo.html", context, status=422 if form else 200)


@only(SENDERS)
@require_POST
def memo_resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Once more, now."""
    resend(_found(request, pk).pk, by=request.user)
    send_memo.delay_on_commit(pk)
    messages.success(request, _("The memo is sent again."))
    return redirect("memo", pk=pk)


@only(SENDERS)
@require_POST
def memo_hand(request: HttpRequest, pk: int) -> HttpResponse:
    """What came by another way."""
    found = _found(request, pk)
    form = HandForm(request.POST, memo=found)
    if form.is_valid():
        try:
            record_by_hand(pk, by=request.user, **form.values())
        except NotAllowed:
            raise
        except RuleBroken as broken:
            form.add_error(broken.field if broken.field in form.fields else None, str(broken))
        else:
            messages.success(request, _("It is written down."))
            return redirect("memo", pk=pk)
    return memo_page(request, found, form)


@only(INSIDERS)
@require_GET
def memo_file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A file as it was sent; every download is written down."""
    found = _found(request, pk)
    file = get_object_or_404(EdmsFile, memo=found, name=name)
    audit(
        "download.memo", by=request.user, object_kind="memo", object_ref=found.pk,
        detail={"file": name},
    )  # fmt: skip
    response = HttpResponse(bytes(file.content), content_type=TYPES[name])
    response["Content-Disposition"] = f'attachment; filename="{found.pk}-{name}"'
    return response


def memos_panel(request: HttpRequest, appeal: Appeal) -> dict[str, Any] | None:
    """On the appeal's page."""
    if not standing_of(request.user).has(*INSIDERS):
        return None
    rows = list(EdmsMemo.objects.filter(appeal=appeal).order_by("-id"))
    return {"memos": rows} if rows else None


@csrf_exempt
@require_POST
def inbound(request: HttpRequest) -> JsonResponse:
    """What document circulation tells by itself: {"message_id", "kind", "key", "appeal", "number",
    "date", "text"}, signed. Without the secret, and to whoever signs wrongly, there is no such page."""
    message = receive(_believed(request), Way.CALL)
    status = 422 if message.outcome == EdmsMessage.Outcome.REFUSED else 200
    return JsonResponse({"outcome": message.outcome, "reason": message.reason}, status=status)


def _believed(request: HttpRequest) -> bytes:
    secret = settings.EDMS_SECRET
    stamp = request.headers.get("X-Timestamp", "")
    if not secret or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        raise NotAllowed()
    if (
        abs(time.time() - int(stamp)) > FRESH
        or int(request.headers.get("Content-Length") or 0) > LARGEST
    ):
        raise NotAllowed()
    body = request.body
    if not constant_time_compare(
        signature(secret, stamp, body), request.headers.get("X-Signature", "")
    ):
        raise NotAllowed()
    return body

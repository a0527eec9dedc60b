"""Keeping what is typed, and the list of unfinished work."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from appeals import actions
from appeals.access import DESK, WRITERS, only
from appeals.actions.drafts import drafts_of
from appeals.forms import STEP_FORMS
from appeals.lifecycle import ACTIONS
from appeals.models import Appeal, Draft, Topic
from callcenter.errors import RuleBroken
from callcenter.identifiers import mask_phone, phone
from callcenter.kept import Kept
from people.models import User
from people.standing import Reader

INTAKE = "intake"
#: Drafts listed at once, and how much of a text stands in a line.
LISTED = 20
SHOWN = 90


@dataclass(frozen=True)
class Line:
    """One unfinished form as the list shows it."""

    draft: Draft
    title: str
    text: str
    url: str


@only(WRITERS)
@require_POST
def draft_save(request: HttpRequest, client_id: uuid.UUID) -> JsonResponse:
    """What stands in a form now; asked by the script while somebody types."""
    sequence = request.GET.get("seq") or request.POST.get("seq", "0")
    try:
        draft = actions.save_draft(
            client_id, by=request.user, form=request.GET.get("form", INTAKE),
            about=request.GET.get("about", ""), values=dict(request.POST.lists()),
            sequence=int(sequence) if re.fullmatch(r"\d{1,15}", sequence) else 0,
        )  # fmt: skip
    except RuleBroken as broken:
        body = {"error": str(broken), "code": broken.code}
        return JsonResponse(body, status=broken.status)
    return JsonResponse({"saved_at": draft.saved_at.isoformat()})


@only(WRITERS)
@require_POST
def draft_drop(request: HttpRequest, client_id: uuid.UUID) -> HttpResponse:
    """Let a draft go."""
    actions.drop_draft(client_id, by=request.user)
    return HttpResponse()


@only(DESK)
@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """The list of unfinished work: a page of its own, or as the desk shows it."""
    page = "appeals/_drafts.html" if request.htmx else "appeals/drafts.html"
    return render(request, page, {"lines": unfinished(request.user)})


_newest = Kept(lambda reader: drafts_of(reader.user)[: LISTED + 1])


def unfinished(user: User, *, but: uuid.UUID | None = None) -> list[Line]:
    """What this person began and did not send, newest first."""
    rows = [row for row in _newest(Reader.of(user)) if row.client_id != but][:LISTED]
    appeal_ids = [pk for row in rows if (pk := _pk(row.about))]
    topic_ids = [key for row in rows if (key := _value(row, "topic")).isdigit()]
    appeals: dict[str, Appeal] = {}
    topics: dict[str, Topic] = {}
    if appeal_ids:
        seen = Appeal.objects.visible_to(user).filter(pk__in=appeal_ids).only("number")
        appeals = {f"appeal:{row.pk}": row for row in seen}
    if topic_ids:
        named = Topic.objects.filter(pk__in=topic_ids).only("name_az", "name_en", "name_ru")
        topics = {str(row.pk): row for row in named}
    lines = (_line(row, appeals, topics) for row in rows)
    return [line for line in lines if line is not None]


def _line(row: Draft, appeals: dict[str, Appeal], topics: dict[str, Topic]) -> Line | None:
    text = " ".join((_value(row, "text") or _value(row, "note")).split())[:SHOWN]
    if row.form == INTAKE:
        topic = topics.get(_value(row, "topic"))
        url = f"{reverse('desk')}?draft={row.client_id}"
        told = " · ".join(each for each in (_caller(row), text) if each)
        return Line(row, str(topic) if topic else _("New appeal"), told, url)
    appeal = appeals.get(row.about)
    step = next((known for known in STEP_FORMS if known == row.form), None)
    if appeal is None or step is None:
        return None
    title = f"{ACTIONS[step].label} · {appeal.number}"
    return Line(row, title, text, reverse("appeal-do", args=[appeal.pk, str(step)]))


def _caller(row: Draft) -> str:
    """Who was on the line, as far as it was typed: a name, else the masked number."""
    name = " ".join(
        each for part in ("surname", "given_name") if (each := _value(row, part).strip())
    )
    return name or mask_phone(phone(_value(row, "caller_phone")).e164)


def _value(row: Draft, name: str) -> str:
    given = row.values.get(name) or [""]
    return str(given[0])


def _pk(about: str) -> int | None:
    found = re.fullmatch(r"appeal:(\d{1,18})", about)
    return int(found[1]) if found else None


def put_back(form: Any, draft: Draft | None) -> None:
    """Let an unbound form begin with what was typed into it before."""
    if draft is None:
        return
    for name, given in draft.values.items():
        if name in form.fields and given:
            form.initial[name] = given if len(given) > 1 else given[0]
